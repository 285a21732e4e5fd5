-- Why: an account may change its zone, and an invoice keeps the one its days are days of.
ALTER TABLE "invoices" ADD COLUMN "period_time_zone" text;--> statement-breakpoint
UPDATE "invoices" SET "period_time_zone" = "content"::json -> 'period' ->> 'timeZone';--> statement-breakpoint
ALTER TABLE "invoices" ALTER COLUMN "period_time_zone" SET NOT NULL;
