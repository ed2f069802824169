// The text of /metrics, letter by letter: programs of others read it.
#include "core/base/metrics_text.h"

#include <doctest/doctest.h>

#include <limits>

using namespace connlog;

TEST_CASE("figures are written as Prometheus reads them, each with its help and type") {
  MetricsText text;
  text.info("build_info", "Which connlog this is.", "version=\"1.2.3\",target=\"arm\"");
  text.gauge("backlog", "Rows that wait.", -3);
  text.counter("sent_total", "Rows sent.", std::uint64_t{12'345'678'901});
  text.append("# more\n");
  CHECK(text.take() ==
        "# HELP connlog_build_info Which connlog this is.\n# TYPE connlog_build_info gauge\n"
        "connlog_build_info{version=\"1.2.3\",target=\"arm\"} 1\n"
        "# HELP connlog_backlog Rows that wait.\n# TYPE connlog_backlog gauge\nconnlog_backlog -3\n"
        "# HELP connlog_sent_total Rows sent.\n# TYPE connlog_sent_total counter\nconnlog_sent_total 12345678901\n"
        "# more\n");
}

TEST_CASE("a large gauge loses no digit") {
  MetricsText text;
  text.gauge("a", "b", std::numeric_limits<std::int64_t>::max());
  CHECK(text.take().ends_with("connlog_a 9223372036854775807\n"));
}
