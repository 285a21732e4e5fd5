-- Why: a grant pays for a time it was in force in, whenever the invoice is made, so a lapse can be undone (restore); what an
-- invoice that came to less than nothing granted goes with it when it is made void (revoke).
ALTER TABLE "credit_entries" DROP CONSTRAINT "credit_entries_kind";--> statement-breakpoint
ALTER TABLE "credit_entries" DROP CONSTRAINT "credit_entries_invoice_known";--> statement-breakpoint
ALTER TABLE "credit_entries" DROP CONSTRAINT "credit_entries_sign";--> statement-breakpoint
ALTER TABLE "credit_grants" ADD COLUMN "invoice_id" text;--> statement-breakpoint
ALTER TABLE "credit_grants" ADD CONSTRAINT "credit_grants_invoice" UNIQUE("invoice_id");--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_kind" CHECK ("credit_entries"."kind" in ('grant', 'draw', 'lapse', 'return', 'restore', 'revoke'));--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_invoice_known" CHECK (("credit_entries"."kind" in ('draw', 'return', 'restore')) = ("credit_entries"."invoice_id" is not null));--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_sign" CHECK (case when "credit_entries"."kind" in ('grant', 'return', 'restore') then "credit_entries"."amount" > 0 and "credit_entries"."amount" < 1e26 else "credit_entries"."amount" < 0 end);