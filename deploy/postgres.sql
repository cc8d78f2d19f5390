-- Prepare a PostgreSQL 16+ server of your own: psql -f deploy/postgres.sql
-- For another name than holdfast: -v database=NAME
-- The product never runs as the owner of its tables: what the append-only tables refuse it cannot undo.
\if :{?database} \else \set database holdfast \endif
CREATE ROLE holdfast_owner LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
CREATE ROLE holdfast_app LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
-- Removes what retention lets go, through one function; nobody signs in as it.
CREATE ROLE holdfast_pruner NOLOGIN;
GRANT holdfast_pruner TO holdfast_owner WITH INHERIT FALSE, SET TRUE;
CREATE DATABASE :database OWNER holdfast_owner;
\connect :database
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO holdfast_owner;
GRANT USAGE ON SCHEMA public TO holdfast_app;
ALTER DEFAULT PRIVILEGES FOR ROLE holdfast_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO holdfast_app;
ALTER DEFAULT PRIVILEGES FOR ROLE holdfast_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO holdfast_app;
-- Then: \password holdfast_owner, \password holdfast_app, and `manage.py migrate --database owner`.
