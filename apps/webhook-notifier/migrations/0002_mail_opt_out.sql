-- Who does not want which kind of mail about the apps of an organization. Only warnings can be switched off.
CREATE TABLE mail_opt_out (
  organization_id bigint NOT NULL,
  email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
  kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 64),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, email, kind)
);
