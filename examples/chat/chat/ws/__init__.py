"""The first attempt at sockets; kept while its users move to `chat.realtime`."""
