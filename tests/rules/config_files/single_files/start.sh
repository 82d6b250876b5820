#!/bin/sh
echo "$(date) $HOME"
