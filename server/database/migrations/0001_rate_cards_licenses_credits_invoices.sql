-- Why: what usage is charged by (rate cards and the accounts on them), what is prepaid (licenses and the teams they are
-- allocated to), what is granted (credits and their ledger), and what was issued (invoices, their lines and numbers).
-- credit_entries_invoice is checked at commit: what an invoice draws is part of its content, so it is written first.
CREATE TABLE "account_rate_cards" (
	"account_id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"discount_percent" numeric NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "account_rate_cards_discount_percent" CHECK ("account_rate_cards"."discount_percent" between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "credit_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "credit_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" text NOT NULL,
	"grant_id" text NOT NULL,
	"kind" text NOT NULL,
	"amount" numeric NOT NULL,
	"invoice_id" text,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "credit_entries_once" UNIQUE("grant_id","invoice_id","kind"),
	CONSTRAINT "credit_entries_kind" CHECK ("credit_entries"."kind" in ('grant', 'draw', 'lapse', 'return')),
	CONSTRAINT "credit_entries_invoice_known" CHECK (("credit_entries"."kind" in ('draw', 'return')) = ("credit_entries"."invoice_id" is not null)),
	CONSTRAINT "credit_entries_sign" CHECK (case when "credit_entries"."kind" in ('grant', 'return') then "credit_entries"."amount" > 0 and "credit_entries"."amount" < 1e26 else "credit_entries"."amount" < 0 end)
);
--> statement-breakpoint
CREATE TABLE "credit_grants" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"reason" text NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "credit_grants_account" UNIQUE("account_id","id"),
	CONSTRAINT "credit_grants_amount" CHECK ("credit_grants"."amount" > 0 and "credit_grants"."amount" < 1e26),
	CONSTRAINT "credit_grants_currency" CHECK ("credit_grants"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "invoice_counters" (
	"account_id" text PRIMARY KEY NOT NULL,
	"last" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invoice_lines" (
	"invoice_id" text NOT NULL,
	"charge_id" text NOT NULL,
	"price_key" text NOT NULL,
	"amount" numeric NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "invoice_lines_invoice_id_charge_id_pk" PRIMARY KEY("invoice_id","charge_id"),
	CONSTRAINT "invoice_lines_position" UNIQUE("invoice_id","position"),
	CONSTRAINT "invoice_lines_amount" CHECK (abs("invoice_lines"."amount") < 1e26)
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"period_key" text NOT NULL,
	"period_from" timestamp (3) with time zone NOT NULL,
	"period_to" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"sequence" integer NOT NULL,
	"number" text NOT NULL,
	"currency" text NOT NULL,
	"content" text NOT NULL,
	"content_sha256" text NOT NULL,
	"metered_through_micros" bigint NOT NULL,
	"versions" json NOT NULL,
	"total" numeric NOT NULL,
	"finalized_at" timestamp (3) with time zone NOT NULL,
	"voided_at" timestamp (3) with time zone,
	"void_reason" text,
	"replaces" text,
	CONSTRAINT "invoices_number" UNIQUE("number"),
	CONSTRAINT "invoices_account" UNIQUE("account_id","id"),
	CONSTRAINT "invoices_sequence" UNIQUE("account_id","sequence"),
	CONSTRAINT "invoices_state" CHECK ("invoices"."state" in ('final', 'void')),
	CONSTRAINT "invoices_void" CHECK (("invoices"."state" = 'void') = ("invoices"."voided_at" is not null) and ("invoices"."voided_at" is null) = ("invoices"."void_reason" is null)),
	CONSTRAINT "invoices_period" CHECK ("invoices"."period_from" < "invoices"."period_to"),
	CONSTRAINT "invoices_sequence_from_one" CHECK ("invoices"."sequence" >= 1),
	CONSTRAINT "invoices_currency" CHECK ("invoices"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "invoices_content_sha256" CHECK ("invoices"."content_sha256" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "invoices_total" CHECK (abs("invoices"."total") < 1e26)
);
--> statement-breakpoint
CREATE TABLE "license_allocations" (
	"account_id" text NOT NULL,
	"license_id" text NOT NULL,
	"team_id" text NOT NULL,
	"quantity" numeric NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "license_allocations_account_id_license_id_team_id_pk" PRIMARY KEY("account_id","license_id","team_id"),
	CONSTRAINT "license_allocations_quantity" CHECK ("license_allocations"."quantity" > 0 and "license_allocations"."quantity" < 1e26)
);
--> statement-breakpoint
CREATE TABLE "license_versions" (
	"account_id" text NOT NULL,
	"id" text NOT NULL,
	"version" integer NOT NULL,
	"product" text NOT NULL,
	"quantity" numeric NOT NULL,
	"unit" text NOT NULL,
	"measure" text NOT NULL,
	"weights" json NOT NULL,
	"term_from" timestamp (3) with time zone NOT NULL,
	"term_to" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "license_versions_account_id_id_version_pk" PRIMARY KEY("account_id","id","version"),
	CONSTRAINT "license_versions_id_form" CHECK ("license_versions"."id" ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	CONSTRAINT "license_versions_version" CHECK ("license_versions"."version" >= 1),
	CONSTRAINT "license_versions_quantity" CHECK ("license_versions"."quantity" > 0 and "license_versions"."quantity" < 1e26),
	CONSTRAINT "license_versions_measure" CHECK ("license_versions"."measure" in ('unit_months', 'sum', 'max')),
	CONSTRAINT "license_versions_term" CHECK ("license_versions"."term_from" < "license_versions"."term_to")
);
--> statement-breakpoint
CREATE TABLE "rate_card_versions" (
	"key" text NOT NULL,
	"version" integer NOT NULL,
	"effective_from" timestamp (3) with time zone NOT NULL,
	"currency" text NOT NULL,
	"prices" json NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "rate_card_versions_key_version_pk" PRIMARY KEY("key","version"),
	CONSTRAINT "rate_card_versions_effective_from" UNIQUE("key","effective_from"),
	CONSTRAINT "rate_card_versions_key_form" CHECK ("rate_card_versions"."key" ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	CONSTRAINT "rate_card_versions_version" CHECK ("rate_card_versions"."version" >= 1),
	CONSTRAINT "rate_card_versions_currency" CHECK ("rate_card_versions"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
ALTER TABLE "account_rate_cards" ADD CONSTRAINT "account_rate_cards_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_grant" FOREIGN KEY ("account_id","grant_id") REFERENCES "public"."credit_grants"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_invoice" FOREIGN KEY ("account_id","invoice_id") REFERENCES "public"."invoices"("account_id","id") ON DELETE no action ON UPDATE no action DEFERRABLE INITIALLY DEFERRED;--> statement-breakpoint
ALTER TABLE "credit_grants" ADD CONSTRAINT "credit_grants_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoice_counters" ADD CONSTRAINT "invoice_counters_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_replaces" FOREIGN KEY ("account_id","replaces") REFERENCES "public"."invoices"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "license_allocations" ADD CONSTRAINT "license_allocations_team" FOREIGN KEY ("account_id","team_id") REFERENCES "public"."teams"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "license_versions" ADD CONSTRAINT "license_versions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_rate_cards_by_key" ON "account_rate_cards" USING btree ("key");--> statement-breakpoint
CREATE UNIQUE INDEX "credit_entries_one_grant" ON "credit_entries" USING btree ("grant_id") WHERE "credit_entries"."kind" = 'grant';--> statement-breakpoint
CREATE INDEX "credit_entries_by_account" ON "credit_entries" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "invoice_lines_by_charge" ON "invoice_lines" USING btree ("charge_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_one_final" ON "invoices" USING btree ("account_id","period_key") WHERE "invoices"."state" = 'final';