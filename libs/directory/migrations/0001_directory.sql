-- What control knows of integrations, of the organizations that installed them, and of the regions that hold those.
-- status: 0 active, 1 disabled, 2 pending deletion, 3 deletion in progress (spec: gateway.md §0.5).
CREATE TABLE integration (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  provider text NOT NULL CHECK (length(provider) <= 64),
  external_id text NOT NULL CHECK (length(external_id) <= 64),
  name text NOT NULL CHECK (length(name) <= 200),
  metadata jsonb NOT NULL DEFAULT '{}',
  sealed_secrets bytea,
  secret_count integer NOT NULL DEFAULT 0,
  status smallint NOT NULL DEFAULT 0 CHECK (status BETWEEN 0 AND 3),
  date_added timestamptz NOT NULL DEFAULT now(),
  date_updated timestamptz NOT NULL DEFAULT now(),
  UNIQUE (provider, external_id)
);

CREATE TABLE organization_integration (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id bigint NOT NULL,
  integration_id bigint NOT NULL REFERENCES integration (id) ON DELETE CASCADE,
  config jsonb NOT NULL DEFAULT '{}',
  default_auth_id bigint,
  status smallint NOT NULL DEFAULT 0 CHECK (status BETWEEN 0 AND 3),
  grace_period_end timestamptz,
  date_added timestamptz NOT NULL DEFAULT now(),
  date_updated timestamptz NOT NULL DEFAULT now(),
  UNIQUE (integration_id, organization_id)
);
CREATE INDEX organization_integration_organization ON organization_integration (organization_id);

CREATE TABLE organization_mapping (
  organization_id bigint PRIMARY KEY,
  slug text NOT NULL UNIQUE CHECK (length(slug) <= 64),
  name text NOT NULL CHECK (length(name) <= 64),
  region_name text NOT NULL CHECK (length(region_name) <= 48),
  status smallint NOT NULL DEFAULT 0 CHECK (status BETWEEN 0 AND 3),
  customer_id text CHECK (length(customer_id) <= 64),
  is_verified boolean NOT NULL DEFAULT false,
  idempotency_key text NOT NULL DEFAULT '' CHECK (length(idempotency_key) <= 48),
  date_created timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX organization_mapping_region ON organization_mapping (region_name, organization_id);

-- Every change, whoever makes it, tells all processes to forget what they remember.
CREATE FUNCTION announce_directory_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('switchyard_directory', TG_TABLE_NAME);
  RETURN NULL;
END
$$;
CREATE TRIGGER integration_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON integration
  FOR EACH STATEMENT EXECUTE FUNCTION announce_directory_change();
CREATE TRIGGER organization_integration_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON organization_integration
  FOR EACH STATEMENT EXECUTE FUNCTION announce_directory_change();
CREATE TRIGGER organization_mapping_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON organization_mapping
  FOR EACH STATEMENT EXECUTE FUNCTION announce_directory_change();
