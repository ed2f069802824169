#include "tests/support/test_app.h"

#include <sodium.h>

#include "tests/support/give_up.h"

namespace connlog {

using test::give_up;
using test::granted;

TestApp::TestApp(web::WebOptions settings, OutboundOptions outbound)
    : settings_(std::move(settings)), outbound_(std::move(outbound)) {
  if (sodium_init() < 0) give_up("no randomness");
  if (settings_.public_url.empty()) settings_.public_url = "https://monitor.example.org:8443";
  if (settings_.data_directory.empty()) settings_.data_directory = storage.directory.path();
  subscription_ = bus.subscribe([this](const Event& event) {
    // The outbox's threads tell of deliveries when they please; `events` is what requests and the clock cause.
    if (event.name != EventName::notification_changed) events.push_back(event);
  });
  start();
  add_people();
}

TestApp::~TestApp() {
  stop();
}

void TestApp::start() {
  rotation = std::make_unique<KeyRotation>(KeyRotation::Parts{storage.stores(), storage->trust().sealed_texts,
                                                              storage->audit(), storage.keys, storage.random});
  trail_services = std::make_unique<TrailServices>(storage.directory.path() / "audit.anchor", storage.keys,
                                                   SyslogForward::Parts{storage.stores(),
                                                                        storage->settings(),
                                                                        storage->trails(),
                                                                        storage->audit(),
                                                                        storage.clock,
                                                                        {},
                                                                        SyslogOrigin{"monitor.example.org", 0}});
  granted(trail_services->anchor.open());
  services = std::make_unique<ApplianceServices>(
      ServiceParts{.store = *storage,
                   .keys = storage.keys,
                   .rotation = *rotation,
                   .events = bus,
                   .clock = storage.clock,
                   .random = storage.random,
                   .public_url = settings_.public_url,
                   .outbound = outbound_,
                   .password_cost = {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, 2}});
  granted(services->open());
  granted(services->load());
  services->listening();
  services->notify.start();
  services->provider_http.start();
  app = std::make_unique<web::WebApp>(services->for_web(*trail_services), settings_);
}

void TestApp::stop() {
  app->close_streams();
  services->stop();
  storage.close();
  app.reset();
  services.reset();
  trail_services.reset();
  rotation.reset();
}

void TestApp::restart(microseconds down, const std::function<void()>& while_down) {
  stop();
  clock.advance(down);
  if (while_down) while_down();
  granted(storage.open());
  start();
}

std::vector<std::string> TestApp::audit_acts() {
  return seen_acts_.names(storage);
}

}  // namespace connlog
