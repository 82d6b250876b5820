#!/bin/sh
psql -h db_main -d db_main
nc -z cache_1 6379
