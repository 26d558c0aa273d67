"""The local stack: AWS emulator, Valkey and OpenSearch on this machine, with the real template deployed to them."""
