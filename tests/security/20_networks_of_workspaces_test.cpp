// Threat 20: one workspace's people point a webhook or a check at what only another one may reach. Which private networks a
// workspace reaches is asked when the connection is made, for each delivery and each check by itself.
#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "core/people/workspace_networks.h"
#include "tests/core/notify/outbox_fixture.h"
#include "tests/support/one_check.h"
#include "tests/support/outside.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using test::OutsideServer;

std::vector<AddressRange> ranges(std::initializer_list<const char*> texts) {
  return parsed_networks(std::vector<std::string>(texts.begin(), texts.end()));
}

std::string url_of(const OutsideServer& server, const std::string& host = "127.0.0.1") {
  return "http://" + host + ":" + std::to_string(server.port()) + "/";
}

// Delivers once to a webhook of the fixture's workspace; what stands at the notification then.
Notification delivered_to(const std::string& url, const WorkspaceNetworks* networks, OutboundOptions outbound = {}) {
  test::OutboxFixture world;
  world.needs.networks = networks;
  const Recipient hook = world.add_webhook(url);
  const auto courier = make_courier(std::move(outbound), world.storage.clock);
  OutboxWorker worker(world.needs, *courier);
  const Notification row = world.queue(hook);
  for (int i = 0; i < 100 && world.now(row).state == Notification::State::queued && world.now(row).last_error.empty(); ++i)
    worker.turn(50ms);
  return world.now(row);
}

// The same where the workspace has these networks.
Notification delivered_within(const std::string& url, std::vector<AddressRange> own, OutboundOptions outbound = {}) {
  test::OutboxFixture world;
  WorkspaceNetworks networks;
  networks.put(world.mail.workspace, std::move(own));
  world.needs.networks = &networks;
  const Recipient hook = world.add_webhook(url);
  const auto courier = make_courier(std::move(outbound), world.storage.clock);
  OutboxWorker worker(world.needs, *courier);
  const Notification row = world.queue(hook);
  for (int i = 0; i < 100 && world.now(row).state != Notification::State::sent && world.now(row).last_error.empty(); ++i)
    worker.turn(50ms);
  return world.now(row);
}

}  // namespace

TEST_CASE("a webhook reaches a private network only where its own workspace may") {
  OutsideServer sink("http_sink.py", {});
  const WorkspaceNetworks nobody;
  CHECK(delivered_to(url_of(sink), &nobody).last_error.find("this machine itself") != std::string::npos);
  CHECK(delivered_within(url_of(sink), ranges({"10.0.0.0/8"})).last_error.find("this machine itself") != std::string::npos);
  CHECK(delivered_to("http://10.255.255.1:9/", &nobody).last_error.find("not in a network that this workspace may reach") !=
        std::string::npos);
  CHECK(sink.rest().empty());
  CHECK(delivered_within(url_of(sink), ranges({"127.0.0.0/8"})).state == Notification::State::sent);
  CHECK_FALSE(sink.next("request").empty());
  // What the administrator opened for all stays open.
  OutboundOptions outbound;
  outbound.policy.allowed_loopback = {{"127.0.0.1", sink.port()}};
  CHECK(delivered_within(url_of(sink), {}, outbound).state == Notification::State::sent);
  CHECK_FALSE(sink.next("request").empty());
}

TEST_CASE("no list opens connlog's own ports, link-local addresses or the places of credentials to a webhook or a check") {
  OutsideServer own("http_sink.py", {"--address", "0.0.0.0"});
  OutboundOptions outbound;
  outbound.policy.own_listeners = {{"0.0.0.0", own.port()}};
  const std::vector<AddressRange> everything =
      ranges({"127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10", "fe80::/10", "fd00::/8", "::1/128"});
  const auto scope = std::make_shared<const ReachScope>(ReachScope{true, everything, {}});
  for (const std::string& url : {url_of(own), url_of(own, "127.1.2.3"), std::string("http://169.254.169.254/"),
                                 std::string("http://100.100.100.200/"), std::string("http://[fd00:ec2::254]/"),
                                 std::string("http://[fe80::1]/"), std::string("http://[::ffff:169.254.169.254]/")}) {
    CAPTURE(url);
    CHECK(delivered_within(url, everything, outbound).last_error.find("address policy") != std::string::npos);
    const auto spec = test::spec_of("http", {{"url", FieldValue(url)}});
    spec->scope = scope;
    const CheckResult result = test::one_check(spec, {.outbound = outbound});
    CHECK(to_text(result.reason) == "forbidden");
  }
  CHECK(own.rest().empty());
}

TEST_CASE("a name that leads elsewhere after it was judged is judged again") {
  OutsideServer sink("http_sink.py", {"--address", "0.0.0.0"});
  OutsideServer dns("dns_server.py", {"hook.test=127.0.0.2,127.9.9.9"});
  OutboundOptions outbound;
  outbound.dns_servers = "127.0.0.1:" + std::to_string(dns.port());
  const std::string url = url_of(sink, "hook.test");
  CHECK(delivered_within(url, ranges({"127.0.0.2/32"}), outbound).state == Notification::State::sent);
  CHECK_FALSE(sink.next("request").empty());
  CHECK(delivered_within(url, ranges({"127.0.0.2/32"}), outbound).last_error.find("127.9.9.9") != std::string::npos);
  CHECK(sink.rest().empty());
}

TEST_CASE("what is refused to one workspace neither delays nor fails a message of another to the same place") {
  OutsideServer sink("http_sink.py", {});
  test::OutboxFixture world;
  Workspace other = world.storage.add_workspace("other");
  WorkspaceNetworks networks;
  networks.put(other.id, ranges({"127.0.0.0/8"}));
  world.needs.networks = &networks;
  const auto courier = make_courier({}, world.storage.clock);
  OutboxWorker worker(world.needs, *courier);

  const Recipient refused = world.add_webhook(url_of(sink));
  std::vector<Notification> rows;
  for (int i = 0; i < 6; ++i) rows.push_back(world.queue(refused));  // more than go to one place at a time
  std::swap(world.workspace, other);
  const Recipient allowed = world.add_webhook(url_of(sink));
  const Notification last = world.queue(allowed, Announcement::Kind::test);
  for (int i = 0; i < 200 && world.now(last).state != Notification::State::sent && world.now(last).last_error.empty(); ++i)
    worker.turn(20ms);
  CHECK(world.now(last).state == Notification::State::sent);
  CHECK(world.now(last).last_error.empty());
  CHECK_FALSE(sink.next("request").empty());
  // The others go over the connection that is open now, and are refused there.
  std::swap(world.workspace, other);
  const auto is_tried = [&](const Notification& row) { return !world.now(row).last_error.empty(); };
  for (int i = 0; i < 500 && !std::ranges::all_of(rows, is_tried); ++i) worker.turn(20ms);
  for (const Notification& row : rows) CHECK(world.now(row).last_error.find("address policy") != std::string::npos);
  CHECK(sink.rest().empty());
}

}  // namespace connlog
