-- Whoever has a link can open it thousands of times a minute: openings from one network in one minute are one row with a count.
ALTER TABLE "explanation_link_opens" ADD COLUMN "count" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "explanation_link_opens" ADD CONSTRAINT "explanation_link_opens_count" CHECK ("explanation_link_opens"."count" > 0);