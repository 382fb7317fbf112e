#!/bin/sh
# setup/setup.sh GROUP...: installs what is missing of these groups of setup/packages.txt. Asks nothing, reads no standard input,
# prints nothing when nothing is missing. Exit 3 with one sentence if it cannot.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

packages=
for group in "$@"; do
    found=$(awk -v group="$group" '$1 == group { print $2 }' "$here/packages.txt")
    if [ -z "$found" ]; then
        echo "setup: setup/packages.txt has no group \"$group\"." >&2
        exit 3
    fi
    packages="$packages $found"
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "setup: this is no Debian system; going on in the hope that these are there:" $packages >&2
    exit 0
fi

installed=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' $packages 2>/dev/null | sed -n 's/^ii *//p' || true)
missing=
for package in $packages; do
    case "
$installed
" in
        *"
$package
"*) ;;
        *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "setup: packages are missing and this user may not install them; as root: apt-get install$missing" >&2
        exit 3
    fi
    as_root="sudo -n"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    # On a terminal apt shows its progress; elsewhere its words are kept for the case that it fails.
    if [ -t 2 ]; then
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 "$@" </dev/null >&2
    else
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 "$@" </dev/null >"$log" 2>&1
    fi
}
echo "setup: installing$missing" >&2
# A list of packages that is out of date names files that are gone: so update first, but let a mirror that is away not stop us.
apt update || echo "setup: apt-get update failed; trying with the lists that are here" >&2
if ! apt install --no-install-recommends $missing; then
    tail -n 20 "$log" >&2
    echo "setup: apt-get could not install$missing" >&2
    exit 3
fi
