#!/bin/sh
# Check the deployment files as far as this machine can: what a missing tool would check is skipped
# with a reason, and is an error in CI.
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

missing() {
    if [ "${CI:-}" = "true" ]; then
        echo "deploy: $1 is missing, needed to check $2" >&2
        failed=1
    else
        echo "deploy: skipped $2 ($1 is not installed)"
    fi
}

if command -v systemd-analyze >/dev/null; then
    # The units name the installed paths; point them at this checkout so that they resolve.
    for unit in deploy/systemd/*.service; do
        sed "s#/opt/holdfast#$PWD#g; /^User=/d; /^Group=/d; /^EnvironmentFile=/d" "$unit" \
            >"$scratch/$(basename "$unit")"
    done
    systemd-analyze verify --man=no --recursive-errors=no "$scratch"/*.service
    echo "deploy: systemd units are valid"
else
    missing systemd-analyze "the systemd units"
fi

if command -v nginx >/dev/null && command -v openssl >/dev/null; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=holdfast.example.com \
        -keyout "$scratch/key.pem" -out "$scratch/cert.pem" 2>/dev/null
    cat deploy/nginx/log_format.conf deploy/nginx/holdfast.conf |
        sed "s#/etc/ssl/certs/holdfast.pem#$scratch/cert.pem#; s#/etc/ssl/private/holdfast.key#$scratch/key.pem#; s#/var/log/nginx#$scratch#" \
            >"$scratch/site.conf"
    printf 'pid %s/pid; error_log stderr; events {} http { include %s/site.conf; }\n' "$scratch" "$scratch" \
        >"$scratch/nginx.conf"
    nginx -q -t -c "$scratch/nginx.conf"
    echo "deploy: the nginx site is valid"
else
    missing nginx "the nginx site"
fi

compose=""
if docker compose version >/dev/null 2>&1; then compose="docker compose"; fi
if [ -z "$compose" ] && command -v docker-compose >/dev/null; then compose="docker-compose"; fi
if [ -n "$compose" ]; then
    mkdir -p "$scratch/deploy/secrets"
    cp deploy/compose.yaml "$scratch/deploy/"
    cp deploy/holdfast.env.example "$scratch/deploy/holdfast.env"
    for secret in postgres owner app app_url owner_url; do echo x >"$scratch/deploy/secrets/$secret"; done
    (cd "$scratch/deploy" && $compose -f compose.yaml config -q)
    echo "deploy: the compose file is valid"
else
    missing docker-compose "the compose file"
fi

exit $failed
