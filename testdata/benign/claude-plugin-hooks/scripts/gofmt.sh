#!/bin/sh
exec gofmt -l -w .
