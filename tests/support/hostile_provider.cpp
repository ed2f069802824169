#include "tests/support/hostile_provider.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <mbedtls/sha256.h>
#include <sodium.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <string_view>

#include "core/audit/trail.h"

namespace connlog {
namespace {

using nlohmann::json;
using Fields = std::map<std::string, std::string>;

std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
        std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

Fields fields_of(const std::string& query) {
  Fields fields;
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string pair = query.substr(at, end - at);
    const std::size_t equals = pair.find('=');
    if (equals != std::string::npos) fields[unescape(pair.substr(0, equals))] = unescape(pair.substr(equals + 1));
    at = end + 1;
  }
  return fields;
}

std::string escape(const std::string& text) {
  std::string out;
  for (const char c : text) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

// A Date in a form that is right for any time.
std::string http_date(std::int64_t seconds_since_1970) {
  const std::time_t time = seconds_since_1970;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[40];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

std::string challenge_of(const std::string& verifier) {
  unsigned char digest[32];
  mbedtls_sha256(reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size(), digest, 0);
  return oidc::to_base64url({reinterpret_cast<const char*>(digest), sizeof digest});
}

// What stands behind "Authorization: Basic", decoded; empty: nothing.
std::string basic_pair(const std::string& head) {
  const std::string begin = "Authorization: Basic ";
  const std::size_t at = head.find(begin);
  if (at == std::string::npos) return {};
  const std::size_t from = at + begin.size();
  const std::string text = head.substr(from, head.find('\r', from) - from);
  std::string pair(text.size(), '\0');
  std::size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(pair.data()), pair.size(), text.data(), text.size(), nullptr,
                        &length, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return {};
  }
  pair.resize(length);
  return pair;
}

}  // namespace

std::string http_answer(int status, const std::string& type, const std::string& body, const std::string& more) {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n{}", status, type, body.size(),
                     more, body);
}

std::string HostileProvider::http(int status, const std::string& body) const {
  const std::int64_t now = clock_.now().micros / 1'000'000;
  return http_answer(status, "application/json", body,
                     date_ahead ? fmt::format("Date: {}\r\n", http_date(now + *date_ahead)) : "");
}

HostileProvider::HostileProvider(const Clock& clock)
    : key(TokenSigningKey::p256("key-1")), secret(kProviderSecret), clock_(clock) {
  published = {key};
  LoopServer::Options options;
  options.handler = [this](web::RawRequest request, web::Responder responder) {
    responder.send(answer(request.bytes), web::After::close);
  };
  server_ = std::make_unique<LoopServer>(std::move(options));
  issuer_ = fmt::format("http://127.0.0.1:{}", server_->port());
}

OutboundOptions HostileProvider::reachable() const {
  OutboundOptions outbound;
  outbound.policy.allowed_loopback = {{"127.0.0.1", server_->port()}};
  return outbound;
}

std::string HostileProvider::visit(const std::string& url) {
  const std::lock_guard lock(mutex_);
  REQUIRE(url.starts_with(issuer_));
  asked = fields_of(url.substr(url.find('?') + 1));
  const std::string code = fmt::format("code-{}", ++next_code_);
  codes_[code] = asked;
  Fields back = {{"code", code}, {"state", asked["state"]}};
  if (callback) callback(back);
  const std::string redirect = asked["redirect_uri"];
  std::string path = redirect.substr(redirect.find('/', redirect.find("//") + 2)) + "?";
  for (const auto& [name, value] : back) path += name + "=" + escape(value) + "&";
  path.pop_back();
  return path;
}

std::string HostileProvider::answer(const std::string& request) {
  const std::lock_guard lock(mutex_);
  if (down) return http(503, "{}");
  const std::size_t begin = request.find(' ') + 1;
  const std::string path = request.substr(begin, request.find(' ', begin) - begin);
  const std::size_t head_end = request.find("\r\n\r\n");
  if (path == "/.well-known/openid-configuration") {
    json document = {{"issuer", issuer_},
                     {"authorization_endpoint", issuer_ + "/authorize"},
                     {"token_endpoint", issuer_ + "/token"},
                     {"jwks_uri", issuer_ + keys_path},
                     {"userinfo_endpoint", issuer_ + "/userinfo"}};
    if (discovery) discovery(document);
    return http(200, document.dump());
  }
  if (path.ends_with("/.well-known/openid-configuration")) return http(404, "{}");
  if (path == keys_path) {
    ++keys_fetched;
    return http(200, keys_instead.empty() ? key_set(published) : keys_instead);
  }
  if (path == "/token" || path == "/login/oauth/access_token")
    return token_answer(request.substr(0, head_end), request.substr(head_end + 4), path != "/token");
  // The rest wants an access token.
  if (request.find("Authorization: Bearer " + access_token + "\r\n") == std::string::npos) return http(401, "{}");
  if (path == "/userinfo") return userinfo_instead.empty() ? http(200, userinfo.dump()) : userinfo_instead;
  if (path == "/api/v3/user") return http(200, github_user.dump());
  if (path == "/api/v3/user/emails" && !mails_instead.empty()) return mails_instead;
  if (path == "/api/v3/user/emails") return http(200, github_mails.dump());
  return http(404, "{}");
}

std::string HostileProvider::token_answer(const std::string& head, const std::string& body, bool github) {
  Fields sent = fields_of(body);
  const auto refuse = [&](const std::string& word, const std::string& why) {
    refused.push_back(why);
    return http(400, json{{"error", word}}.dump());
  };
  const std::string pair = basic_pair(head);
  const auto takes = [&](const std::string& way) { return std::ranges::find(ways, way) != ways.end(); };
  bool known = false;
  if (sent.contains("client_secret")) {
    tried.emplace_back("post");
    known = takes("post") && pair.empty() && sent["client_id"] == "connlog" && sent["client_secret"] == secret;
  } else if (!pair.empty()) {
    const bool as_is = pair == "connlog:" + secret;
    const bool is_encoded = std::ranges::all_of(pair, [](unsigned char c) {
      return std::isalnum(c) != 0 || std::string_view("-._~%:").find(c) != std::string_view::npos;
    });
    tried.emplace_back(is_encoded ? "basic" : "basic as is");
    known = (takes("basic") && unescape(pair) == "connlog:" + secret) || (takes("basic as is") && as_is);
  }
  if (!known) return refuse("invalid_client", "client");
  const auto visit = codes_.find(sent["code"]);
  if (visit == codes_.end()) return refuse("invalid_grant", "code");
  const Fields query = visit->second;
  codes_.erase(visit);
  if (sent["redirect_uri"] != query.at("redirect_uri")) return refuse("invalid_grant", "redirect_uri");
  if (query.at("code_challenge_method") != "S256" || challenge_of(sent["code_verifier"]) != query.at("code_challenge"))
    return refuse("invalid_grant", "pkce");
  if (!answer_instead.empty()) return answer_instead;
  json out = {{"access_token", access_token}, {"token_type", "Bearer"}};
  if (!github) {
    json said = right_claims(issuer_, "connlog", query.at("nonce"), clock_.now());
    if (claims) claims(said);
    out["id_token"] = token ? token(said) : key.token(said);
  }
  return http(200, out.dump());
}

std::string add_provider(TestApp& app, const HostileProvider& provider, json body) {
  json wanted = {{"preset", "generic"},
                 {"name", "Staff login"},
                 {"issuer", provider.issuer()},
                 {"client_id", "connlog"},
                 {"client_secret", kProviderSecret},
                 {"enabled", true}};
  wanted.update(body);
  const ApiAnswer added = app.post("/api/v1/appliance/providers", wanted.dump(), &app.owner);
  REQUIRE_MESSAGE(added.status == 201, added.body);
  return added.json()["id"];
}

namespace {

std::string cookie_of(const ApiAnswer& answer, const std::string& name) {
  for (const auto& [header, value] : answer.headers) {
    if (header == "Set-Cookie" && value.starts_with(name + "=")) return value.substr(0, value.find(';'));
  }
  return {};
}

}  // namespace

Came log_in_by(TestApp& app, HostileProvider& provider, const std::string& id) {
  const ApiAnswer away = app.get("/api/v1/login/providers/" + id + "/start");
  REQUIRE_MESSAGE(away.status == 303, away.body);
  if (!away.header("Location").starts_with("http")) return {away.header("Location"), {}};
  Ask back{.path = provider.visit(away.header("Location"))};
  back.headers = {{"Cookie", cookie_of(away, "connlog_provider")}};
  const ApiAnswer came = app.send(back);
  REQUIRE_MESSAGE(came.status == 303, came.body);
  return {came.header("Location"), cookie_of(came, "connlog_loopback")};
}

std::string last_event(TestApp& app, const std::string& act) {
  std::string found;
  const auto entries = app.storage.read<std::vector<TrailEntry>>(
      [&](Snapshot& snapshot) { return app.storage->trails().after(snapshot, Trail::security, 0, 1'000); });
  for (const TrailEntry& entry : entries) {
    if (entry.act == act) found = entry.details;
  }
  return found;
}

}  // namespace connlog
