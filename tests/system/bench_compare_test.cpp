// What bench/compare concludes from figures that are known, in place of a benchmark that takes minutes.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/outside.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

struct Comparison {
  // An executable that the benchmark below finds these figures for.
  std::string executable(const std::string& name, double cpu_us, double per_second, int p99_us,
                         int bytes = 150) const {
    std::string figures;
    for (const char* way : {"plain", "TLS"}) {
      figures += "{\"way\":\"" + std::string(way) + "\",\"server_cpu_us\":" + std::to_string(cpu_us) +
                 ",\"per_second\":" + std::to_string(per_second) + ",\"p99_us\":" + std::to_string(p99_us) + ",\"bytes\":" +
                 std::to_string(bytes) + "}\n";
    }
    return script(name, "cat <<END\n" + figures + "END\n");
  }
  std::string script(const std::string& name, const std::string& text) const {
    const fs::path path = directory.path() / name;
    std::ofstream(path) << "#!/bin/sh\n" << text;
    fs::permissions(path, fs::perms::owner_all);
    return path.string();
  }
  int compare(const std::string& before, const std::string& after, std::vector<std::string> more = {}) {
    const std::string bench = script("bench", "echo measuring\nexec \"$CONNLOG_BIN\"\n");
    std::vector<std::string> arguments = {(test::source_directory() / "bench/compare").string(), before, after,
                                          "--bench", bench};
    arguments.insert(arguments.end(), more.begin(), more.end());
    ChildProcess child(arguments, {}, directory.path() / "output");
    const int code = child.wait(std::chrono::seconds(300));
    output = child.output();
    return code;
  }
  bool said(const std::string& words) const { return output.find(words) != std::string::npos; }

  TemporaryDirectory directory;
  std::string output;
};

}  // namespace

TEST_CASE("bench/compare says of each limit whether it holds") {
  Comparison both;
  const std::string before = both.executable("before", 20, 1'000, 5'000);
  INFO(both.output);
  CHECK(both.compare(before, both.executable("same", 20, 970, 5'750)) == 0);
  CHECK(both.said("rounds: 5;"));
  CHECK(both.said("each limit holds"));
  CHECK(both.compare(before, both.executable("dearer", 20.1, 1'000, 5'000)) == 1);
  CHECK(both.said("1.005"));
  CHECK(both.compare(before, both.executable("slower", 20, 969, 5'000)) == 1);
  CHECK(both.compare(before, both.executable("later", 20, 1'000, 5'751)) == 1);
  CHECK(both.said("DOES NOT HOLD"));
  CHECK(both.compare(before, both.executable("fatter", 20, 1'000, 5'000, 160)) == 1);
}

TEST_CASE("bench/compare allows for the spread of what was before, and takes the executables in turn") {
  Comparison both;
  // Each start of it costs 2 µs more than the one before: 20, 22, 24, around 22.
  const std::string counter = (both.directory.path() / "count").string();
  const std::string unsteady = both.script(
      "unsteady",
      "n=$(cat '" + counter + "' 2>/dev/null || echo 20); echo $((n + 2)) >'" + counter +
          "'\nfor way in plain TLS; do echo "
          "\"{\\\"way\\\":\\\"$way\\\",\\\"server_cpu_us\\\":$n,\\\"per_second\\\":1000,\\\"p99_us\\\":5000,\\\"bytes\\\":150}\"; done\n");
  CHECK(both.compare(unsteady, both.executable("within", 23.9, 1'000, 5'000), {"--rounds", "3"}) == 0);
  CHECK(both.said("≤ 1.00 + 0.091"));
  const auto old_1 = both.output.find("round 1 old"), new_1 = both.output.find("round 1 new"),
             old_2 = both.output.find("round 2 old");
  CHECK(old_1 < new_1);
  CHECK(new_1 < old_2);
  fs::remove(counter);
  CHECK(both.compare(unsteady, both.executable("beyond", 24.1, 1'000, 5'000), {"--rounds", "3"}) == 1);
}

TEST_CASE("bench/compare begins no round that would not end in time, and measures nothing where a benchmark fails") {
  Comparison both;
  const std::string before = both.executable("before", 20, 1'000, 5'000);
  CHECK(both.compare(before, before, {"--seconds", "0"}) == 0);
  CHECK(both.said("no time is left for round 2"));
  CHECK(both.said("rounds: 1;"));
  CHECK(both.compare(before, both.script("broken", "exit 3\n")) == 2);
  CHECK(both.compare(before, (both.directory.path() / "nowhere").string()) == 2);
  CHECK(both.compare(before, both.script("silent", "exit 0\n")) == 2);
}
