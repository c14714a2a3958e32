"""Response (三(一)): intake, triage, dispatch, the circuit breaker, joint handling."""
