-- Whether an access token (a Slack bot token) is sealed among the secrets: it is shown to admins that there is one, never which.
ALTER TABLE integration ADD COLUMN has_access_token boolean NOT NULL DEFAULT false;
