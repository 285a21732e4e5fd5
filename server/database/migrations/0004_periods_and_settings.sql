-- Why: what a period rests on was read from what the account says today. Billing periods become rows that tile time for good
-- (billing_periods), and what bears on money a list of writings, each from an instant on (account_settings); versions of
-- rate cards say who wrote them, and why if an ended period was amended. Accounts can end.
-- billing_periods_tile is checked at commit: a row of periods is extended at its begin, too.
CREATE TABLE "account_settings" (
	"account_id" text NOT NULL,
	"setting" text NOT NULL,
	"version" integer NOT NULL,
	"effective_from" timestamp (3) with time zone,
	"value" json NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"changed_by" text,
	"reason" text,
	CONSTRAINT "account_settings_account_id_setting_version_pk" PRIMARY KEY("account_id","setting","version"),
	CONSTRAINT "account_settings_setting" CHECK ("account_settings"."setting" in ('currency', 'discount', 'period_rule', 'rate_card', 'tax')),
	CONSTRAINT "account_settings_version" CHECK ("account_settings"."version" >= 1)
);
--> statement-breakpoint
CREATE TABLE "billing_periods" (
	"account_id" text NOT NULL,
	"key" text NOT NULL,
	"period_from" timestamp (3) with time zone NOT NULL,
	"period_to" timestamp (3) with time zone NOT NULL,
	"previous_to" timestamp (3) with time zone,
	"time_zone" text NOT NULL,
	"anchor_day" smallint NOT NULL,
	"bridging" boolean NOT NULL,
	"state" text NOT NULL,
	"grace_from" timestamp (3) with time zone,
	CONSTRAINT "billing_periods_account_id_key_pk" PRIMARY KEY("account_id","key"),
	CONSTRAINT "billing_periods_to" UNIQUE("account_id","period_to"),
	CONSTRAINT "billing_periods_previous" UNIQUE("account_id","previous_to"),
	CONSTRAINT "billing_periods_key" CHECK ("billing_periods"."key" ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
	CONSTRAINT "billing_periods_bounds" CHECK ("billing_periods"."period_from" < "billing_periods"."period_to"),
	CONSTRAINT "billing_periods_begin" CHECK ("billing_periods"."previous_to" is null or "billing_periods"."previous_to" = "billing_periods"."period_from"),
	CONSTRAINT "billing_periods_anchor_day" CHECK ("billing_periods"."anchor_day" between 1 and 31),
	CONSTRAINT "billing_periods_state" CHECK ("billing_periods"."state" in ('open', 'ended', 'final', 'void')),
	CONSTRAINT "billing_periods_settled" CHECK ("billing_periods"."grace_from" is null or "billing_periods"."state" in ('open', 'ended'))
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "ended_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "rate_card_versions" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "rate_card_versions" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "account_settings" ADD CONSTRAINT "account_settings_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "billing_periods" ADD CONSTRAINT "billing_periods_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "billing_periods" ADD CONSTRAINT "billing_periods_tile" FOREIGN KEY ("account_id","previous_to") REFERENCES "public"."billing_periods"("account_id","period_to") ON DELETE no action ON UPDATE no action DEFERRABLE INITIALLY DEFERRED;--> statement-breakpoint
CREATE INDEX "account_settings_by_rate_card" ON "account_settings" USING btree (("value" ->> 'key')) WHERE "account_settings"."setting" = 'rate_card';--> statement-breakpoint
CREATE UNIQUE INDEX "billing_periods_one_first" ON "billing_periods" USING btree ("account_id") WHERE "billing_periods"."previous_to" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "billing_periods_one_open" ON "billing_periods" USING btree ("account_id") WHERE "billing_periods"."state" = 'open';--> statement-breakpoint
CREATE INDEX "billing_periods_open_until" ON "billing_periods" USING btree ("period_to") WHERE "billing_periods"."state" = 'open';--> statement-breakpoint
CREATE INDEX "billing_periods_due" ON "billing_periods" USING btree ("grace_from") WHERE "billing_periods"."grace_from" is not null;--> statement-breakpoint
INSERT INTO "account_settings" ("account_id", "setting", "version", "value", "changed_at")
SELECT "id", 'currency', 1, json_build_object('currency', "currency"), "created_at" FROM "accounts"
UNION ALL SELECT "id", 'tax', 1, json_build_object('taxPercent', "tax_percent"::text), "created_at" FROM "accounts"
UNION ALL SELECT "id", 'period_rule', 1, json_build_object('timeZone', "time_zone", 'anchorDay', "anchor_day"), "created_at" FROM "accounts"
UNION ALL SELECT "account_id", 'rate_card', 1, json_build_object('key', "key"), "updated_at" FROM "account_rate_cards"
UNION ALL SELECT "account_id", 'discount', 1, json_build_object('discountPercent', "discount_percent"::text), "updated_at" FROM "account_rate_cards";
