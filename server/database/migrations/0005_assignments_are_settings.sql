-- Why: which card an account is charged by, and its discount, are writings in account_settings, copied there before.
DROP TABLE "account_rate_cards" CASCADE;