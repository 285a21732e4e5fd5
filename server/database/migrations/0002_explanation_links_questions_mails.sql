-- Why: explanations are shared by links that end (frozen_explanations, explanation_links, explanation_link_opens: what was
-- shown, to whom it was given, who looked), customers ask about them (questions, question_replies), and people are told by
-- mail, which is written in the transaction of what it tells of and sent afterwards (mails).
-- cidr refuses an address with host bits, and the check a network narrower than /24 or /48: no whole address is kept.
CREATE TABLE "explanation_link_opens" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "explanation_link_opens_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"link_id" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"network" "cidr",
	"signed_in" boolean NOT NULL,
	"part" text NOT NULL,
	CONSTRAINT "explanation_link_opens_network" CHECK (masklen("explanation_link_opens"."network") <= case family("explanation_link_opens"."network") when 4 then 24 else 48 end),
	CONSTRAINT "explanation_link_opens_part" CHECK ("explanation_link_opens"."part" ~ '^[a-z][a-z0-9-]{0,31}$')
);
--> statement-breakpoint
CREATE TABLE "explanation_links" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"charge_id" text NOT NULL,
	"content_sha256" text NOT NULL,
	"token_hash" text NOT NULL,
	"hide_payloads" boolean NOT NULL,
	"hide_names" boolean NOT NULL,
	"note" text,
	"created_by" text NOT NULL,
	"created_by_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "explanation_links_token_hash" UNIQUE("token_hash"),
	CONSTRAINT "explanation_links_charge" UNIQUE("account_id","charge_id","id"),
	CONSTRAINT "explanation_links_token_hash_form" CHECK ("explanation_links"."token_hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "explanation_links_expires_at" CHECK ("explanation_links"."expires_at" between "explanation_links"."created_at" + interval '1 hour' and "explanation_links"."created_at" + interval '8784 hours'),
	CONSTRAINT "explanation_links_revoked_at" CHECK ("explanation_links"."revoked_at" >= "explanation_links"."created_at")
);
--> statement-breakpoint
CREATE TABLE "frozen_explanations" (
	"account_id" text NOT NULL,
	"charge_id" text NOT NULL,
	"content_sha256" text NOT NULL,
	"description" text NOT NULL,
	"content" text NOT NULL,
	"metered_through_micros" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "frozen_explanations_account_id_charge_id_content_sha256_pk" PRIMARY KEY("account_id","charge_id","content_sha256"),
	CONSTRAINT "frozen_explanations_content_sha256" CHECK ("frozen_explanations"."content_sha256" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" text PRIMARY KEY NOT NULL,
	"to_address" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"next_try_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer NOT NULL,
	"last_error" text,
	"sent_at" timestamp (3) with time zone,
	"given_up_at" timestamp (3) with time zone,
	CONSTRAINT "mails_id_form" CHECK ("mails"."id" ~ '^mail_[a-z0-9]+$'),
	CONSTRAINT "mails_attempts" CHECK ("mails"."attempts" >= 0),
	CONSTRAINT "mails_one_end" CHECK ("mails"."sent_at" is null or "mails"."given_up_at" is null),
	CONSTRAINT "mails_one_line" CHECK ("mails"."to_address" !~ '[[:cntrl:]]' and "mails"."subject" !~ '[[:cntrl:]]')
);
--> statement-breakpoint
CREATE TABLE "question_replies" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "question_replies_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" text NOT NULL,
	"question_id" text NOT NULL,
	"round" integer NOT NULL,
	"replied_by" text NOT NULL,
	"replied_by_name" text NOT NULL,
	"is_support" boolean NOT NULL,
	"text" text,
	"state" text NOT NULL,
	"credit_grant_id" text,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "question_replies_credit_grant" UNIQUE("credit_grant_id"),
	CONSTRAINT "question_replies_state" CHECK ("question_replies"."state" in ('open', 'answered', 'credited', 'closed')),
	CONSTRAINT "question_replies_text" CHECK ("question_replies"."text" is not null or "question_replies"."state" = 'closed'),
	CONSTRAINT "question_replies_credit_by_support" CHECK ("question_replies"."credit_grant_id" is null or "question_replies"."is_support")
);
--> statement-breakpoint
CREATE TABLE "questions" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"charge_id" text NOT NULL,
	"content_sha256" text NOT NULL,
	"link_id" text,
	"event_refs" json NOT NULL,
	"text" text NOT NULL,
	"state" text NOT NULL,
	"round" integer NOT NULL,
	"asked_by" text NOT NULL,
	"asked_by_name" text NOT NULL,
	"user_id" text,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "questions_account" UNIQUE("account_id","id"),
	CONSTRAINT "questions_state" CHECK ("questions"."state" in ('open', 'answered', 'credited', 'closed')),
	CONSTRAINT "questions_round" CHECK ("questions"."round" >= 1)
);
--> statement-breakpoint
ALTER TABLE "explanation_link_opens" ADD CONSTRAINT "explanation_link_opens_link_id_explanation_links_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."explanation_links"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "explanation_links" ADD CONSTRAINT "explanation_links_frozen" FOREIGN KEY ("account_id","charge_id","content_sha256") REFERENCES "public"."frozen_explanations"("account_id","charge_id","content_sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "frozen_explanations" ADD CONSTRAINT "frozen_explanations_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_replies" ADD CONSTRAINT "question_replies_question" FOREIGN KEY ("account_id","question_id") REFERENCES "public"."questions"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_replies" ADD CONSTRAINT "question_replies_credit" FOREIGN KEY ("account_id","credit_grant_id") REFERENCES "public"."credit_grants"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_frozen" FOREIGN KEY ("account_id","charge_id","content_sha256") REFERENCES "public"."frozen_explanations"("account_id","charge_id","content_sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_link" FOREIGN KEY ("account_id","charge_id","link_id") REFERENCES "public"."explanation_links"("account_id","charge_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "explanation_link_opens_by_link" ON "explanation_link_opens" USING btree ("link_id","id");--> statement-breakpoint
CREATE INDEX "explanation_links_by_account" ON "explanation_links" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "mails_due" ON "mails" USING btree ("next_try_at") WHERE "mails"."sent_at" is null and "mails"."given_up_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "question_replies_one_credit" ON "question_replies" USING btree ("question_id","round") WHERE "question_replies"."credit_grant_id" is not null;--> statement-breakpoint
CREATE INDEX "question_replies_by_question" ON "question_replies" USING btree ("question_id","id");--> statement-breakpoint
CREATE INDEX "questions_by_state" ON "questions" USING btree ("state","id");