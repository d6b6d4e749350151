#!/bin/sh
# Denies git push --force; everything else is asked for as usual.
if grep -q 'push.*--force'; then
  echo '{"permission": "deny", "userMessage": "no forced pushes"}'
else
  echo '{"permission": "ask"}'
fi
