-- Late events of accounts that have just ended are looked for on every closing run.
CREATE INDEX "accounts_by_end" ON "accounts" USING btree ("ended_at") WHERE "accounts"."ended_at" is not null;