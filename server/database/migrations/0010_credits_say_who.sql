-- Who granted money stands on the grant, and what one person grants an account in a day is summed. Of earlier grants it is not known.
ALTER TABLE "credit_grants" ADD COLUMN "granted_by" text;--> statement-breakpoint
ALTER TABLE "credit_grants" ADD COLUMN "granted_by_name" text;--> statement-breakpoint
CREATE INDEX "credit_grants_by_grantor" ON "credit_grants" USING btree ("account_id","granted_by","created_at");--> statement-breakpoint
ALTER TABLE "credit_grants" ADD CONSTRAINT "credit_grants_granted_by" CHECK (("credit_grants"."granted_by" is null) = ("credit_grants"."granted_by_name" is null));