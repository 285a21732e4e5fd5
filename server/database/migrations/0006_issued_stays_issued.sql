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
--> statement-breakpoint
-- Why: a grant pays for a time it was in force in, whenever the invoice is made, so a lapse can be undone (restore); what an
-- invoice that came to less than nothing granted goes with it when it is made void (revoke).
ALTER TABLE "credit_entries" DROP CONSTRAINT "credit_entries_kind";--> statement-breakpoint
ALTER TABLE "credit_entries" DROP CONSTRAINT "credit_entries_invoice_known";--> statement-breakpoint
ALTER TABLE "credit_entries" DROP CONSTRAINT "credit_entries_sign";--> statement-breakpoint
ALTER TABLE "credit_grants" ADD COLUMN "invoice_id" text;--> statement-breakpoint
ALTER TABLE "credit_grants" ADD CONSTRAINT "credit_grants_invoice" UNIQUE("invoice_id");--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_kind" CHECK ("credit_entries"."kind" in ('grant', 'draw', 'lapse', 'return', 'restore', 'revoke'));--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_invoice_known" CHECK (("credit_entries"."kind" in ('draw', 'return', 'restore')) = ("credit_entries"."invoice_id" is not null));--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_sign" CHECK (case when "credit_entries"."kind" in ('grant', 'return', 'restore') then "credit_entries"."amount" > 0 and "credit_entries"."amount" < 1e26 else "credit_entries"."amount" < 0 end);--> statement-breakpoint
-- Why: what a meter is has a history, so that a change of it never reaches into months that have ended. A version stands for
-- what all writings up to it say when. Until now a change held from the beginning: that is what NULL says, so every version
-- means what it was rolled by. Only where something was invoiced by an earlier version, late events would be measured by a
-- later one than the invoice: there the definitions are written once more, each until the end of the last period that was
-- invoiced by it, and the roller reads the meter anew.
ALTER TABLE "meters" ADD COLUMN "effective_from" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "meters" ADD COLUMN "archived" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "meters" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "meters" ADD COLUMN "reason" text;--> statement-breakpoint
INSERT INTO "meters" ("key", "version", "state", "description", "event_type", "aggregation", "value_path", "levels", "dimensions",
  "unit", "created_at", "effective_from", "reason")
WITH newest AS (
  SELECT "key", max("version") AS "version" FROM "meters" GROUP BY "key"
), invoiced AS (
  SELECT n."key", n."version" AS "after", (frozen.meter->>'version')::integer AS "version", max(i."period_to") AS "until"
  FROM "invoices" i
  CROSS JOIN LATERAL json_array_elements(CASE WHEN json_typeof(i."versions"->'meters') = 'array' THEN i."versions"->'meters' ELSE '[]' END) AS frozen(meter)
  JOIN newest n ON n."key" = frozen.meter->>'key'
  WHERE i."state" = 'final' AND (frozen.meter->>'version')::integer < n."version"
  GROUP BY n."key", n."version", (frozen.meter->>'version')::integer
), written AS (
  SELECT * FROM invoiced
  UNION ALL
  SELECT DISTINCT "key", "after", "after", NULL::timestamptz FROM invoiced
)
SELECT m."key", w."after" + row_number() OVER (PARTITION BY w."key" ORDER BY w."version"),
  CASE WHEN w."version" = w."after" THEN 'pending' ELSE 'retired' END,
  m."description", m."event_type", m."aggregation", m."value_path", m."levels", m."dimensions", m."unit", now(),
  max(w."until") OVER (PARTITION BY w."key" ORDER BY w."version" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
  'What was invoiced keeps the definition it was invoiced with.'
FROM written w JOIN "meters" m ON m."key" = w."key" AND m."version" = w."version";
