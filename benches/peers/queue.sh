#!/usr/bin/env bash
# tipoff bench queue and its peers, one after the other on this machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
jobs=${1:-5000}
python=${PEERS_PYTHON:-/tmp/peers/bin/python}
tipoff=${TIPOFF:-target/release/tipoff}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$python" benches/peers/queues.py huey "$jobs" 2>/dev/null
"$tipoff" bench queue --tasks "$jobs" --data-dir "$scratch" --json
if [ -n "${PEERS_POSTGRES:-}" ]; then
  "$python" benches/peers/queues.py procrastinate "$jobs" 2>/dev/null
  TIPOFF_STORE=$PEERS_POSTGRES "$tipoff" bench queue --tasks "$jobs" --data-dir "$scratch" --json
fi
