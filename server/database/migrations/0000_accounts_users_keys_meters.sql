-- Why: who pays (accounts, teams, apps), who may see it (users, memberships, sessions, API keys), what is measured
-- (meter versions, how far the rollers have come) and which writes have been answered (idempotency keys).
CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"currency" text NOT NULL,
	"time_zone" text NOT NULL,
	"anchor_day" smallint NOT NULL,
	"tax_percent" numeric NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "accounts_id_form" CHECK ("accounts"."id" ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	CONSTRAINT "accounts_kind" CHECK ("accounts"."kind" in ('personal', 'team', 'enterprise')),
	CONSTRAINT "accounts_currency" CHECK ("accounts"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "accounts_anchor_day" CHECK ("accounts"."anchor_day" between 1 and 31),
	CONSTRAINT "accounts_tax_percent" CHECK ("accounts"."tax_percent" between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text,
	"role" text NOT NULL,
	"label" text NOT NULL,
	"secret_hash" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "api_keys_secret_hash" UNIQUE("secret_hash"),
	CONSTRAINT "api_keys_role" CHECK ("api_keys"."role" in ('ingest', 'read', 'operator')),
	CONSTRAINT "api_keys_operator_serves_all" CHECK ("api_keys"."role" <> 'operator' or "api_keys"."account_id" is null),
	CONSTRAINT "api_keys_secret_hash_form" CHECK ("api_keys"."secret_hash" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "apps" (
	"account_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"team_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "apps_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "apps_id_form" CHECK ("apps"."id" ~ '^[a-z0-9][a-z0-9._-]{0,63}$')
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"principal" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" smallint,
	"body" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_principal_key_pk" PRIMARY KEY("principal","key")
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"user_id" text NOT NULL,
	"account_id" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "memberships_user_id_account_id_pk" PRIMARY KEY("user_id","account_id"),
	CONSTRAINT "memberships_role" CHECK ("memberships"."role" in ('owner', 'billing', 'member'))
);
--> statement-breakpoint
CREATE TABLE "meters" (
	"key" text NOT NULL,
	"version" integer NOT NULL,
	"state" text NOT NULL,
	"description" text NOT NULL,
	"event_type" text NOT NULL,
	"aggregation" text NOT NULL,
	"value_path" text,
	"levels" text,
	"dimensions" json NOT NULL,
	"unit" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "meters_key_version_pk" PRIMARY KEY("key","version"),
	CONSTRAINT "meters_key_form" CHECK ("meters"."key" ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	CONSTRAINT "meters_version" CHECK ("meters"."version" >= 1),
	CONSTRAINT "meters_state" CHECK ("meters"."state" in ('pending', 'current', 'retired')),
	CONSTRAINT "meters_aggregation" CHECK ("meters"."aggregation" in ('count', 'sum', 'max', 'unique', 'latest', 'time_weighted')),
	CONSTRAINT "meters_value_path" CHECK (("meters"."aggregation" = 'count') = ("meters"."value_path" is null)),
	CONSTRAINT "meters_levels" CHECK (("meters"."aggregation" = 'time_weighted') = ("meters"."levels" is not null))
);
--> statement-breakpoint
CREATE TABLE "roller_progress" (
	"name" text PRIMARY KEY NOT NULL,
	"through_micros" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sessions_id_form" CHECK ("sessions"."id" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"account_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "teams_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "teams_id_form" CHECK ("teams"."id" ~ '^[a-z0-9][a-z0-9._-]{0,63}$')
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"email_key" text NOT NULL,
	"name" text NOT NULL,
	"platform_role" text NOT NULL,
	"password_hash" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "users_email_key" UNIQUE("email_key"),
	CONSTRAINT "users_platform_role" CHECK ("users"."platform_role" in ('customer', 'support', 'operator')),
	CONSTRAINT "users_password_hash" CHECK ("users"."password_hash" like '$argon2id$%')
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "apps" ADD CONSTRAINT "apps_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "apps" ADD CONSTRAINT "apps_team" FOREIGN KEY ("account_id","team_id") REFERENCES "public"."teams"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "teams" ADD CONSTRAINT "teams_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_by_account" ON "api_keys" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "apps_by_team" ON "apps" USING btree ("account_id","team_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "memberships_by_account" ON "memberships" USING btree ("account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "meters_one_current" ON "meters" USING btree ("key") WHERE "meters"."state" = 'current';--> statement-breakpoint
CREATE INDEX "sessions_by_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_by_expiry" ON "sessions" USING btree ("expires_at");