"""What decides, without sockets, clocks, tasks or brokers: streams, sessions and what they say."""
