-- Why: what an invoice was issued with is told without reading all of it, and never from what holds today: a currency's
-- decimals and an account's zone may be others by now. Invoices that were issued say both in their content. All contents so
-- far are of form 1; the number stands beside the content, which is hashed as people are told it.
ALTER TABLE "invoices" ADD COLUMN "minor_unit" integer;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "content_form" integer;--> statement-breakpoint
UPDATE "invoices" SET
  "minor_unit" = ("content"::json ->> 'minorUnit')::integer,
  "time_zone" = "content"::json #>> '{period,timeZone}',
  "content_form" = 1;--> statement-breakpoint
ALTER TABLE "invoices" ALTER COLUMN "minor_unit" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ALTER COLUMN "time_zone" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ALTER COLUMN "content_form" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_minor_unit" CHECK ("invoices"."minor_unit" between 0 and 12);
