// The wire format against the vectors of docs/agent-protocol.md §15 and the traps of §4 and §12.

#include "core/wire/protocol.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/base/text.h"

using namespace connlog;

namespace {

wire::FrameBytes frame_of(std::string hex) {
  std::erase(hex, ' ');
  REQUIRE(hex.size() == 64);
  wire::FrameBytes frame{};
  for (std::size_t i = 0; i < frame.size(); ++i)
    frame[i] = static_cast<std::uint8_t>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
  return frame;
}

wire::Frame decoded(const std::string& hex, wire::MetricToggles metrics = {}) {
  const auto frame = wire::decode_frame(frame_of(hex), metrics);
  REQUIRE(frame.has_value());
  return *frame;
}

const std::string kBusy = "bd510100 00000000 e204 0b13 300c0000 001f0000 00c80000 00710200 2a00 2a00";
const std::string kFirst = "25000000 00000000 ffff ffff 8e030000 001f0000 f4c70000 00710200 6b00 6b00";
const std::string kFailed = "00000000 00000000 ffff ffff 0000000000000000 0000000000000000 00000000";

}  // namespace

TEST_CASE("the frame of a busy host decodes to its values and encodes back to the same bytes") {
  const wire::Frame frame = decoded(kBusy);
  CHECK(frame.uptime_seconds == 86'461);
  CHECK(frame.cpu_x100 == 1'250);
  CHECK(frame.cpu_peak_x100 == 4'875);
  CHECK(frame.memory_used_mib == 3'120);
  CHECK(frame.memory_total_mib == 7'936);
  CHECK(frame.disk_used_mib == 51'200);
  CHECK(frame.disk_total_mib == 160'000);
  CHECK(frame.load_x100 == 42);
  CHECK(wire::encode_frame(frame) == frame_of(kBusy));
}

TEST_CASE("the first frame after a start has no CPU yet, which is not zero") {
  const wire::Frame frame = decoded(kFirst);
  CHECK(frame.uptime_seconds == 37);
  CHECK(frame.cpu_x100 == std::nullopt);
  CHECK(frame.cpu_peak_x100 == std::nullopt);
  CHECK(frame.memory_used_mib == 910);
  CHECK(frame.load_x100 == 107);
  CHECK(wire::encode_frame(frame) == frame_of(kFirst));
}

TEST_CASE("the frame of a failed collector says that the host lives, and nothing else") {
  const wire::Frame frame = decoded(kFailed);
  CHECK(frame.uptime_seconds == std::nullopt);  // 0 would look like a reboot
  CHECK(frame.memory_total_mib == std::nullopt);
  CHECK(frame.disk_used_mib == std::nullopt);
  CHECK(frame.load_x100 == std::nullopt);
  CHECK(wire::encode_frame(wire::Frame{}) == frame_of(kFailed));
}

TEST_CASE("an idle host's zeros are values where the total is known, and nothing where the metric is off") {
  const std::string idle = "01000000 00000000 0000 0000 00000000 001f0000 00000000 00000000 0000 0000";
  CHECK(decoded(idle).cpu_x100 == 0);
  CHECK(decoded(idle).memory_used_mib == 0);
  CHECK(decoded(idle).disk_used_mib == std::nullopt);
  CHECK(decoded(idle).load_x100 == 0);
  CHECK(decoded(idle, {.load = false}).load_x100 == std::nullopt);
}

TEST_CASE("values that cannot be are not believed") {
  const wire::Frame frame = decoded("ffffffff ffffffff 1127 feff ffffffff 00100000 00000000 00000000 ffff ffff");
  CHECK(frame.uptime_seconds == INT64_MAX);
  CHECK(frame.cpu_x100 == std::nullopt);  // 100.01 %
  CHECK(frame.cpu_peak_x100 == std::nullopt);
  CHECK(frame.memory_used_mib == frame.memory_total_mib);
}

TEST_CASE("a frame of another length is refused") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{31}, std::size_t{33}, std::size_t{64}}) {
    CAPTURE(size);
    const std::vector<std::uint8_t> body(size, 0);
    CHECK_FALSE(wire::decode_frame(body, {}).has_value());
  }
}

TEST_CASE("encoding caps what a field cannot hold") {
  wire::Frame frame;
  frame.load_x100 = 1'000'000;
  frame.memory_total_mib = std::int64_t{1} << 40;
  const auto bytes = wire::encode_frame(frame);
  CHECK(bytes[28] == 0xFE);
  CHECK(bytes[29] == 0xFF);
  CHECK(bytes[19] == 0xFF);
}

TEST_CASE("only a bearer token of the right shape is one") {
  const std::string hex(64, 'a');
  CHECK(wire::bearer_token("Bearer agent_" + hex) == "agent_" + hex);
  CHECK(wire::bearer_token("bearer agent_" + hex).has_value());
  for (const std::string& wrong :
       {std::string(), std::string("Bearer "), "agent_" + hex, "Basic agent_" + hex, "Bearer  agent_" + hex,
        "Bearer agent_" + hex + "a", "Bearer agent_" + hex + "\n", "Bearer agent_" + hex.substr(1), "Bearer cls_" + hex,
        "Bearer agent_" + hex.substr(1) + "g"}) {
    CAPTURE(wrong);
    CHECK_FALSE(wire::bearer_token(wrong).has_value());
  }
}

TEST_CASE("header values are whole words or nothing") {
  CHECK(wire::is_protocol_version("1"));
  for (const std::string_view wrong : {"", "2", "01", "1 ", "1\n", "+1"}) CHECK_FALSE(wire::is_protocol_version(wrong));

  CHECK(wire::config_version("0") == 0u);
  CHECK(wire::config_version("4294967295") == 4'294'967'295u);
  for (const std::string_view wrong : {"", "-1", "4294967296", "4.0", " 4", "99999999999999999999999"}) {
    CHECK_FALSE(wire::config_version(wrong).has_value());
  }

  CHECK(wire::agent_version("1.19.0") == "1.19.0");
  CHECK(wire::agent_version("1.19.0-rc.1+x") == "1.19.0-rc.1+x");
  CHECK(wire::agent_version("<b>1</b>") == "");
  CHECK(wire::agent_version("1.19.0\n") == "");
  CHECK(wire::agent_version(std::string(33, '1')) == "");

  CHECK(wire::system_word("x86_64") == "x86_64");
  CHECK(wire::system_word("linux;") == "");

  CHECK(wire::cpu_core_count("8") == 8);
  CHECK(wire::cpu_core_count("") == 0);
  CHECK(wire::cpu_core_count("eight") == 0);
  CHECK(wire::cpu_core_count("65536") == 0);

  CHECK(wire::machine_id(std::string(64, 'A')) == std::string(64, 'a'));
  CHECK(wire::machine_id(std::string(63, 'a')) == "");
  CHECK(wire::machine_id(std::string(64, 'z')) == "");
}

TEST_CASE("a host name may be any text but not a control character") {
  CHECK(wire::hostname("db-1") == "db-1");
  CHECK(wire::hostname("büro-größe") == "büro-größe");
  CHECK(wire::hostname("<script>alert(1)</script>") == "<script>alert(1)</script>");  // escaped where it is shown
  CHECK(wire::hostname("a\xFF\x62") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(wire::hostname("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
  CHECK(wire::hostname(std::string("a\0b", 3)) == "");
  CHECK(wire::hostname("a\r\nb") == "");
  CHECK(wire::hostname("a\xC2\x85"
                       "b") == "");
  CHECK(wire::hostname(std::string(256, 'a')) == "");
}

TEST_CASE("a host name turns and joins no text around it: marks of direction and what takes no room are shown") {
  const std::string mark = "\xEF\xBF\xBD";
  // U+202E, 2066, 200E, 061C, 200B, 200D, 2060, FEFF, 00AD, 2028, E0041
  for (const char* hidden : {"\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x80\x8E", "\xD8\x9C", "\xE2\x80\x8B", "\xE2\x80\x8D",
                             "\xE2\x81\xA0", "\xEF\xBB\xBF", "\xC2\xAD", "\xE2\x80\xA8", "\xF3\xA0\x81\x81"}) {
    CAPTURE(hidden);
    CHECK(wire::hostname("db" + std::string(hidden) + "1") == "db" + mark + "1");
  }
  CHECK(wire::hostname("büro-größe-東京") == "büro-größe-東京");
}

TEST_CASE("request ids of every shape become distinct keys") {
  const std::string plain = "7d1b5f9a02c34e8fb6a1c0d9e2f37a54";
  CHECK(wire::request_id("")[0] == 0);
  CHECK(wire::request_id(plain)[0] == 1);
  CHECK(wire::request_id("hb" + plain)[0] == 2);
  CHECK(wire::request_id("7D1B5F9A02C34E8FB6A1C0D9E2F37A54")[0] == 3);
  CHECK(wire::request_id("anything else")[0] == 3);
  CHECK(wire::request_id("anything else") == wire::request_id("anything else"));
  CHECK(wire::request_id("anything else") != wire::request_id("anything elsf"));
  CHECK(wire::request_id_text(wire::request_id(plain)) == plain);
  CHECK(wire::request_id_text(wire::request_id("hb" + plain)) == "hb" + plain);
  CHECK(wire::request_id_text(wire::request_id("")) == "");
}

TEST_CASE("the config is enveloped, camelCase, whole numbers, nothing null") {
  const wire::AgentConfig config{
      .version = 5, .interval_seconds = 15, .missed_threshold = 3, .metrics = {.load = false}};
  CHECK(wire::render_config(config) ==
        R"({"ok":true,"data":{"configVersion":5,"heartbeatIntervalSeconds":15,"missedThreshold":3,)"
        R"("metrics":{"cpu":true,"memory":true,"disk":true,"load":false},"maxPayloadSizeKb":32,)"
        R"("quickActions":{"enabled":false,"pollIntervalSeconds":5}}})");
}

TEST_CASE("the assignment names the heartbeat under the public address, with one slash") {
  const std::string expected =
      R"({"ok":true,"data":{"heartbeatUrl":"https://monitor.example.org/api/agents/heartbeat","regionCode":null,"refreshAfterSeconds":86400}})";
  CHECK(wire::render_assignment("https://monitor.example.org") == expected);
  CHECK(wire::render_assignment("https://monitor.example.org//") == expected);
}

TEST_CASE("the heartbeat's answer is flat and exactly the example's members") {
  Instant at;
  REQUIRE(parse_iso8601("2026-11-24T09:15:02Z", at));
  CHECK(
      wire::render_heartbeat_reply(
          {.server_time = at, .expected_interval_seconds = 30, .config_outdated = false, .latest_config_version = 4}) ==
      R"({"ok":true,"server_time":"2026-11-24T09:15:02Z","expected_interval_seconds":30,"config_outdated":false,)"
      R"("latest_config_version":4,"update":null,"uninstall":false,"reboot":false,"quick_actions":[]})");
  CHECK(wire::render_error(wire::kErrorDisabled) == R"({"ok":false,"error":"AGENT_DISABLED"})");
}
