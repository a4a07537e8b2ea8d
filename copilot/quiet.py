"""Telemetry and look-ups of the dependencies, all off."""

import os

_QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "DO_NOT_TRACK": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}
_TRACING = ("LANGSMITH_", "LANGCHAIN_")


def quiet_vendors() -> None:
    """Switch off every dependency's telemetry; call before anything heavy is imported.

    Tracing would send customers' words away, so its variables are removed, not merely overridden.
    """
    for name in [name for name in os.environ if name.startswith(_TRACING)]:
        del os.environ[name]
    os.environ.update(_QUIET)
