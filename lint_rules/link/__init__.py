"""Links the facts of many modules: values, calls, effects, reachability."""
