#!/bin/sh
printf '%s' "$(git branch --show-current)"
