-- Why: what a license says, and how it is shared among teams, has a history, so that a change never reaches into a period
-- that has ended. A version so far counted for all of its term: that is what NULL says. An allocation was rewritten or
-- deleted; it is a list of writings now, of which those so far are the first, and one without a quantity takes it back.
ALTER TABLE "license_allocations" DROP CONSTRAINT "license_allocations_account_id_license_id_team_id_pk";--> statement-breakpoint
ALTER TABLE "license_allocations" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "license_allocations" ALTER COLUMN "version" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "license_allocations" ALTER COLUMN "quantity" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "license_allocations" ADD CONSTRAINT "license_allocations_account_id_license_id_team_id_version_pk" PRIMARY KEY("account_id","license_id","team_id","version");--> statement-breakpoint
ALTER TABLE "license_allocations" ADD COLUMN "effective_from" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "license_allocations" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "license_allocations" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "license_versions" ADD COLUMN "effective_from" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "license_versions" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "license_versions" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "license_allocations" ADD CONSTRAINT "license_allocations_version" CHECK ("license_allocations"."version" >= 1);
