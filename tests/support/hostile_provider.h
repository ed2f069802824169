// A login provider on a real loopback port, which answers rightly until a test makes it lie in one thing: OpenID
// Connect (discovery, keys, token endpoint with PKCE and client secret, userinfo) and GitHub's way. The person's visit
// to its login page is visit(): from the address that connlog sends the browser to, to the one the browser comes back
// with. The test's thread and the server's workers.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/loop_server.h"
#include "tests/support/test_app.h"
#include "tests/support/token_maker.h"

namespace connlog {

class HostileProvider {
 public:
  explicit HostileProvider(const Clock& clock);

  const std::string& issuer() const { return issuer_; }
  OutboundOptions reachable() const;  // the policy under which a test app may call it

  // The lies. Set before the visit; each is off (or right) by default.
  std::function<void(nlohmann::json&)> claims = {};                        // changes the ID token's claims
  std::function<std::string(const nlohmann::json&)> token = {};            // makes the ID token instead
  std::function<void(nlohmann::json&)> discovery = {};                     // changes the discovery document
  std::function<void(std::map<std::string, std::string>&)> callback = {};  // changes what the browser brings back
  nlohmann::json userinfo = nlohmann::json::object();
  std::string userinfo_instead;  // a whole HTTP answer of the userinfo endpoint
  nlohmann::json github_user = {{"id", 4711}, {"login", "ada"}, {"name", "Ada Lovelace"}};
  nlohmann::json github_mails = nlohmann::json::array();
  std::vector<TokenSigningKey> published;  // the key set
  std::string answer_instead;         // a whole HTTP answer of the token endpoint
  std::string keys_instead;           // a body of the key set
  bool down = false;                  // 503 everywhere
  std::string mails_instead;          // a whole HTTP answer of GitHub's list of addresses
  TokenSigningKey key;                     // what it signs with
  std::string access_token = "access-1";
  // Our secret there, and the ways in which it takes it: "basic" (form-encoded), "post", "basic as is".
  std::string secret;
  std::vector<std::string> ways = {"basic", "post"};
  std::string keys_path = "/keys";           // where the key set is
  std::optional<std::int64_t> date_ahead{};  // seconds; answers have a Date then

  // What it saw.
  std::map<std::string, std::string> asked;  // the query of the last visit
  std::vector<std::string> refused;          // why the token endpoint refused, in order
  std::vector<std::string> tried;            // the ways in which it was sent a secret, in order
  int keys_fetched = 0;

  // The path and query of the callback.
  std::string visit(const std::string& url);

 private:
  std::string answer(const std::string& request);
  std::string token_answer(const std::string& head, const std::string& body, bool github);
  std::string http(int status, const std::string& body) const;

  const Clock& clock_;
  std::mutex mutex_;                                                 // guards codes_ and what it saw
  std::map<std::string, std::map<std::string, std::string>> codes_;  // unused ones → the visit's query
  std::map<std::string, std::string> tokens_;
  int next_code_ = 0;
  std::string issuer_;
  std::unique_ptr<LoopServer> server_;
};

inline constexpr const char* kProviderSecret = "s3cret/+&= of ours";

// A whole HTTP answer.
std::string http_answer(int status, const std::string& type, const std::string& body, const std::string& more = {});

// The person's browser on its way: what comes of it.
struct Came {
  std::string location;  // of the last redirect
  std::string session;   // the Set-Cookie of a session; empty: none was opened
};

// Adds `body` (over right values) as a provider. Gives its id.
std::string add_provider(TestApp& app, const HostileProvider& provider, nlohmann::json body = nlohmann::json::object());
// start → the provider → callback. `answer`: the start's, for those who want to look.
Came log_in_by(TestApp& app, HostileProvider& provider, const std::string& id);
// The "details" of the last security event of this act; empty: none.
std::string last_event(TestApp& app, const std::string& act);

}  // namespace connlog
