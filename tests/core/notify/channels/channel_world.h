// What the contract tests of channels share: a real database, the real services and the real courier; the other side is a
// stand-in that speaks the service's own protocol and is on this machine.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/notify/channel.h"
#include "tests/core/notify/outbox_fixture.h"
#include "tests/support/outside.h"

namespace connlog::test {

struct ChannelWorld : OutboxFixture {
  std::unique_ptr<Notify> notify;
  std::unique_ptr<Courier> real;
  std::unique_ptr<OutboxWorker> worker;
  Actor actor;

  explicit ChannelWorld(std::uint16_t port) {
    needs.outbound.policy.allowed_loopback = {{"127.0.0.1", port}};
    notify = std::make_unique<Notify>(needs);
    real = make_courier(needs.outbound, storage.clock);
    worker = std::make_unique<OutboxWorker>(needs, *real);
    actor.kind = Actor::Kind::user;
    actor.workspace = workspace.id;
    actor.role = Role::admin;
    actor.name = "Ada";
  }

  Result<Recipient> add(const std::string& kind, GivenFields fields) {
    NewRecipient wanted;
    wanted.name = "On call";
    wanted.channel = kind;
    wanted.fields = std::move(fields);
    Recipient added;
    const auto done = stores.write([&](Transaction& tx) -> Result<void> {
      auto made = TRY(notify->add_recipient(tx, actor, wanted));
      added = std::move(made.recipient);
      return {};
    });
    if (!done) return done.error();
    return added;
  }

  // The field that a refusal names.
  std::string refused_field(const std::string& kind, GivenFields fields) {
    const auto added = add(kind, std::move(fields));
    return added ? "(accepted)" : added.error().field;
  }

  // As far as the first answer.
  Notification deliver(const Recipient& recipient, Announcement::Kind kind = Announcement::Kind::incident_opened) {
    const Notification row = queue(recipient, kind);
    worker->wake();
    for (int i = 0; i < 200; ++i) {
      worker->turn(milliseconds(50));
      const Notification at = now(row);
      if (at.state == Notification::State::sent || !at.last_error.empty()) return at;
    }
    return now(row);
  }

  void change_incident(const std::function<void(Incident&)>& edit) {
    edit(incident);
    storage.write([&](Transaction& tx) { return storage->incidents().update(tx, incident); });
  }
  void resolve() {
    change_incident([&](Incident& each) {
      each.resolved_at = storage.clock.now();
      each.resolution = "recovered";
    });
  }
};

inline std::string local_url(const OutsideServer& server, const std::string& path = {}) {
  return "http://127.0.0.1:" + std::to_string(server.port()) + path;
}

}  // namespace connlog::test
