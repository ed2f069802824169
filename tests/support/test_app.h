// The whole server without sockets: real encrypted storage in a temporary directory, the real services and the real web
// room; fake are only the clock, the randomness and the connection. Requests go in as bytes and come out as bytes,
// through the same door that the connection loop uses. There are people for every case: the owner (who is also the
// appliance's administrator), an operator, a member and a viewer of the same workspace, and a stranger who owns another
// one. `restart()` stops everything in order and starts again on the same file. One thread, but for the writer's and
// the outbox's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/appliance_services.h"
#include "core/audit/trail_services.h"
#include "tests/support/seen_acts.h"
#include "tests/support/test_storage.h"
#include "web/web_app.h"

namespace connlog {

// One person's browser.
struct Person {
  std::string name;
  std::string mail;
  std::string cookie;  // "connlog_loopback=cls_…"
  std::string csrf;
  UserId id = {};
};

struct Ask {
  std::string method = "GET";
  std::string path;
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  // beside those that a browser would send
  std::string host = "monitor.example.org:8443";                  // empty: no Host header
  std::string address = "192.0.2.10";
  bool tls = false;
  bool as_browser = true;  // with Content-Type, Cookie and X-CSRF-Token
};

struct ApiAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool closes = false;                                // the connection
  std::string header(const std::string& name) const;  // "" when absent; the exact name as we send it
  nlohmann::json json() const;
};

// An open event stream, as the browser sees it.
class TestStream {
 public:
  std::string head;
  std::string read();  // what came since the last call
  bool is_open() const;
  void leave();  // its connection is closed from outside

 private:
  friend class TestApp;
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

class TestApp {
 public:
  // `outbound`: what connections to login providers may reach; loopback only where it is named.
  explicit TestApp(web::WebOptions settings = {}, OutboundOptions outbound = {});
  ~TestApp();

  ApiAnswer send(const Ask& ask, const Person* as = nullptr);
  ApiAnswer get(const std::string& path, const Person* as = nullptr) { return send(Ask{.path = path}, as); }
  ApiAnswer post(const std::string& path, const std::string& body, const Person* as = nullptr);
  ApiAnswer patch(const std::string& path, const std::string& body, const Person* as = nullptr);
  // Whole requests as they came over the wire.
  ApiAnswer send_bytes(const std::string& bytes, const web::Peer& peer);
  TestStream open_stream(const Person& as);

  ApiAnswer log_in(const std::string& mail, const std::string& password, const std::string& address = "192.0.2.10");
  Person browser_of(const std::string& mail);  // logs in, with kPassword

  // "{w}", "{agent}", "{rule}", "{recipient}", "{incident}", "{notification}" → ids of the main workspace; "{key}": one
  // that no subject has.
  std::string resolve(std::string path) const;
  // An agent with a heartbeat behind it, an open incident with its notification. Ids go into `ids`.
  void populate();
  ApiAnswer heartbeat(const std::string& token);

  std::vector<std::string> audit_acts();  // of all trails, in their order
  void settle() {  // what was submitted beside a request (a session's last use) is in the file afterwards
    storage.write([](Transaction&) -> Result<void> { return {}; });
  }
  // `while_down` may change the file that the next start finds.
  void restart(microseconds down = microseconds(0), const std::function<void()>& while_down = {});

  static const std::string kPassword;

  TestStorage storage;
  FakeClock& clock = storage.clock;
  EventBus bus;
  std::vector<Event> events;
  std::string setup_token;  // the link that claimed the appliance; used up

  Person owner, operator_, member, viewer, stranger;
  std::map<std::string, std::string> ids;
  std::string agent_token;
  Workspace workspace, other_workspace;

  std::unique_ptr<KeyRotation> rotation;
  std::unique_ptr<TrailServices> trail_services;
  std::unique_ptr<ApplianceServices> services;
  std::unique_ptr<web::WebApp> app;

 private:
  SeenActs seen_acts_;
  void start();
  void stop();
  void add_people();
  Person add_person(const std::string& name, Role role);

  EventBus::Subscription subscription_;
  web::WebOptions settings_;
  OutboundOptions outbound_;
};

}  // namespace connlog
