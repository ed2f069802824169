// Threat 19, for what is refused: somebody who asks for impossible things again and again must not eat the server's
// memory. The real program gets twenty thousand refused requests of each kind, over every writing route that its own
// OpenAPI document lists, from many addresses of loopback so that no address asks too often. Its memory is looked at
// before and after; a first round of each kind has filled what may fill (tables of attempts, page caches).
// Under a sanitizer, whose own memory grows, each kind has two thousand requests, and at its end the server itself says
// whether it lost anything.

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>
#include <vector>

#include "core/access/api_key.h"
#include "core/base/random.h"
#include "core/crypto/token.h"
#include "tests/support/http_session.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMeasures = false;
#else
constexpr bool kMeasures = true;
#endif
constexpr int kRequests = kMeasures ? 20'000 : 2'000;
constexpr int kWarmUps = kMeasures ? 8'000 : 0;
constexpr int kParts = 4;
// An actor copied and lost is about 350 bytes. The allocator's own movement is up to sixteen bytes a request of this
// many, so the loss shows where four routes of fifty have it; under a sanitizer, where one has it.
constexpr std::int64_t kBytesOfRequestMax = 24;
constexpr int kClients = 8;  // that ask at once
// The server answers a hundred requests a second of one address. With so many addresses none is refused for its haste.
constexpr int kAddressesOfClient = 64;
constexpr int kRequestsOfConnection = 100;

// What the process has written to and nobody shares with it: what leaks shows here, the mapped database does not.
std::int64_t private_kib(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("Private_Dirty:", 0) == 0) return std::stoll(line.substr(14));
  }
  return 0;
}

// One kept connection from an address of its own.
class Wire {
 public:
  Wire(std::uint16_t port, std::uint32_t from) {
    fd_ = socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval limit{30, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(from);
    if (bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    open_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Wire() { close(fd_); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  bool is_open() const { return open_; }

  // The status, or 0 when there was no whole answer.
  int ask(const std::string& request) {
    if (send(fd_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) return lost();
    std::string answer;
    std::size_t whole = std::string::npos;
    while (answer.size() < whole) {
      std::array<char, 4096> piece{};
      const ssize_t got = recv(fd_, piece.data(), piece.size(), 0);
      if (got <= 0) return lost();
      answer.append(piece.data(), static_cast<std::size_t>(got));
      const std::size_t head = answer.find("\r\n\r\n");
      if (whole == std::string::npos && head != std::string::npos)
        whole = head + 4 + body_length(answer.substr(0, head));
    }
    if (answer.find("\r\nConnection: close\r\n") < answer.find("\r\n\r\n")) open_ = false;
    return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
  }

 private:
  int lost() {
    open_ = false;
    return 0;
  }
  static std::size_t body_length(const std::string& head) {
    const std::size_t at = head.find("\r\nContent-Length: ");
    std::size_t length = 0;
    if (at != std::string::npos) std::from_chars(head.data() + at + 18, head.data() + head.size(), length);
    return length;
  }

  int fd_ = -1;
  bool open_ = false;
};

struct Refused {
  std::string what;  // of the report
  std::string request;
};

class RefusedRequests {
 public:
  RefusedRequests() {
    REQUIRE_MESSAGE(server_.start({.data_directory = directory_.path() / "data"}), server_.failure());
    const auto until = std::chrono::steady_clock::now() + seconds(30);
    while (server_.process().output().find("setup#token") == std::string::npos &&
           std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(milliseconds(5));
    const std::string greeting = server_.process().output();
    const std::size_t at = greeting.find("#token=") + 7;
    owner_ = HttpSession(server_.http_port());
    // A name of 320 bytes: what is copied of the actor for each request is large enough to be missed.
    std::string name;
    for (int i = 0; i < 80; ++i) name += "\xF0\x9F\x90\x98";
    const auto made = owner_.post("/api/v1/setup", {{"token", greeting.substr(at, greeting.find('\n', at) - at)},
                                                    {"name", name},
                                                    {"mail", "ada@example.org"},
                                                    {"password", "correct horse battery staple 7"},
                                                    {"workspace_name", "House"}});
    REQUIRE_MESSAGE(made.status == 201, made.body);
    workspace_ = made.json["workspaces"][0]["id"];
    user_ = made.json["user"]["id"];
    document_ = owner_.get("/api/v1/openapi.json").json;
    REQUIRE(document_.contains("paths"));
  }

  // The routes, each with what it wants.
  struct Writing {
    std::string method, path;
    json schema = nullptr;  // of the body; null: none is read
    bool wants_session = false;
  };
  std::vector<Writing> readings() const { return routes(true); }
  std::vector<Writing> writings() const { return routes(false); }
  std::vector<Writing> routes(bool that_read) const {
    std::vector<Writing> out;
    for (const auto& [path, operations] : document_["paths"].items()) {
      for (const auto& [method, operation] : operations.items()) {
        if ((method == "get") != that_read || refuses_nobody(path)) continue;
        Writing writing{.method = method, .path = path, .wants_session = !operation["security"].empty()};
        std::ranges::transform(writing.method, writing.method.begin(), [](unsigned char c) { return std::toupper(c); });
        if (operation.contains("requestBody"))
          writing.schema = operation["requestBody"]["content"]
                               .value("application/json", json::object())
                               .value("schema", json::object());
        out.push_back(std::move(writing));
      }
    }
    return out;
  }

  // They answer everybody alike, so that nobody learns who has an account.
  static bool refuses_nobody(const std::string& path) {
    return path == "/api/v1/password-reset" || path == "/api/v1/login/passkey/options";
  }

  static bool is_about_object(const Writing& writing) {
    const std::size_t behind = writing.path.find("{w}");
    return writing.path.find('{', behind == std::string::npos ? 0 : behind + 1) != std::string::npos;
  }

  std::string place(const Writing& writing, const std::string& object) const {
    std::string path = writing.path;
    for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
      const std::size_t end = path.find('}', open);
      const std::string name = path.substr(open + 1, end - open - 1);
      path.replace(open, end - open + 1, name == "w" ? workspace_ : name == "n" ? "1" : object);
    }
    return path;
  }

  const json& resolved(const json& schema) const {
    if (!schema.contains("$ref")) return schema;
    return document_.at(json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
  }

  // A body as the schema wants it, with no more than it must hold.
  json fitting(const json& given) const {
    const json& schema = resolved(given);
    if (schema.contains("enum")) return schema["enum"][0];
    if (schema.contains("oneOf")) return fitting(schema["oneOf"][0]);
    const json type = schema.value("type", json("object"));
    const std::string name = type.is_array() ? type[0].get<std::string>() : type.get<std::string>();
    if (name == "string") return std::string(std::max<std::size_t>(1, schema.value("minLength", std::size_t{1})), 'x');
    if (name == "integer" || name == "number") return schema.value("minimum", json(1));
    if (name == "boolean") return false;
    if (name == "array") return json::array();
    json out = json::object();
    for (const json& property : schema.value("required", json::array()))
      out[property.get<std::string>()] = fitting(schema["properties"][property.get<std::string>()]);
    return out;
  }

  // The same with one field of another type, the next one with each `turn`.
  json misfit(const json& schema, std::size_t turn) const {
    json body = fitting(schema);
    const json properties = resolved(schema).value("properties", json::object());
    if (properties.empty()) return json::array();
    auto property = properties.begin();
    std::advance(property, static_cast<std::ptrdiff_t>(turn % properties.size()));
    body[property.key()] = json::array({json::object()});
    return body;
  }

  // One of many guesses: at an address, a link, a ticket that nobody has.
  json guess(const json& schema) {
    json body = fitting(schema);
    const std::string nobody = std::to_string(random_.next_u64());
    if (body.contains("mail")) body["mail"] = "nobody" + nobody + "@example.org";
    for (const char* secret : {"token", "ticket"}) {
      if (body.contains(secret)) body[secret] = std::string(make_token("link_", random_).reveal());
    }
    return body;
  }

  enum class Who { owner, nobody, wrong_csrf, wrong_key, ended_session };

  Refused refused(const std::string& method, const std::string& path, const std::string& body, Who who,
                  const std::string& more = "") {
    const std::string authority = "127.0.0.1:" + std::to_string(server_.http_port());
    std::string request = method + " " + path + " HTTP/1.1\r\nHost: " + authority + "\r\n" + more;
    if (who == Who::owner || who == Who::wrong_csrf) request += "Cookie: " + owner_.cookie() + "\r\n";
    if (who == Who::owner) request += "X-CSRF-Token: " + owner_.csrf_token() + "\r\n";
    if (who == Who::wrong_csrf) request += "X-CSRF-Token: " + std::string(64, 'f') + "\r\n";
    if (who == Who::wrong_key)
      request += "Authorization: Bearer " + std::string(make_api_key_token(random_).reveal()) + "\r\n";
    if (who == Who::ended_session)
      request += "Cookie: connlog_loopback=" + std::string(make_token("cls_", random_).reveal()) + "\r\n";
    if (!body.empty()) request += "Content-Type: application/json\r\n";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    return {method + " " + path + " " + body.substr(0, 200), request};
  }

  // Sends `count` of them in turn. What was not refused is told, once each. `hasty` counts answers of 429: what they
  // refuse is never looked at.
  std::map<std::string, int> send(const std::vector<Refused>& asked, int count, std::atomic<int>& hasty) {
    std::map<std::string, int> wrong;
    std::mutex mutex;
    std::atomic<int> next = 0;
    std::vector<std::jthread> clients;
    for (int client = 0; client < kClients; ++client) {
      clients.emplace_back([&, client] {
        int& connections = connections_[static_cast<std::size_t>(client)];
        while (next < count) {
          const int number = client * kAddressesOfClient + connections++ % kAddressesOfClient;
          Wire wire(server_.http_port(), INADDR_LOOPBACK + 256 + static_cast<std::uint32_t>(number));
          for (int i = 0; i < kRequestsOfConnection && wire.is_open(); ++i) {
            const int at = next++;
            if (at >= count) return;
            const Refused& one = asked[static_cast<std::size_t>(at) % asked.size()];
            const int status = wire.ask(one.request);
            if (status == 429) ++hasty;
            if (status >= 400 && status < 500) continue;
            const std::lock_guard lock(mutex);
            wrong[one.what] = status;
          }
        }
      });
    }
    clients.clear();
    return wrong;
  }

  std::int64_t memory_kib() { return private_kib(server_.process().pid()); }
  const std::string& workspace() const { return workspace_; }
  const std::string& user() const { return user_; }

  int end() {
    server_.process().signal(SIGTERM);
    return server_.process().wait(seconds(60));
  }
  std::string output() { return server_.process().output(); }

 private:
  TemporaryDirectory directory_;
  ServerProcess server_;
  HttpSession owner_{0};
  SystemRandom random_;
  std::array<int, kClients> connections_{};  // made so far by each client
  std::string workspace_, user_;
  json document_;
};

}  // namespace

TEST_CASE("refused requests, twenty thousand of each kind, leave nothing behind in the server's memory") {
  RefusedRequests world;
  const auto writings = world.writings();
  CHECK(writings.size() > 100);
  const std::string nobody_knows = "0197c2d4-5b6a-7e1f-8a3b-4c5d6e7f8091";
  using Who = RefusedRequests::Who;

  const std::string kGuesses = "an address, a link or a ticket that nobody has";
  const std::string kStrangers = "no session, an unknown one, another CSRF token, an unknown API key";
  std::map<std::string, std::vector<Refused>> kinds;
  for (const auto& writing : writings) {
    const bool reads_body = !writing.schema.is_null();
    const std::string body = reads_body ? world.fitting(writing.schema).dump() : "";
    const std::string path = world.place(writing, nobody_knows);
    const Who asker = writing.wants_session ? Who::owner : Who::nobody;
    if (reads_body) {
      kinds["a body that is cut off"].push_back(
          world.refused(writing.method, path, body.substr(0, body.size() - 1), asker));
      for (std::size_t turn = 0; turn < 12; ++turn)
        kinds["a field of another type"].push_back(
            world.refused(writing.method, path, world.misfit(writing.schema, turn).dump(), asker));
    }
    if (RefusedRequests::is_about_object(writing)) {
      kinds["an object that is not there"].push_back(world.refused(writing.method, path, body, asker));
      kinds["an id that is none"].push_back(world.refused(writing.method, world.place(writing, "no-id"), body, asker));
    }
    if (writing.wants_session) {
      for (const Who who : {Who::nobody, Who::wrong_csrf, Who::wrong_key, Who::ended_session})
        kinds[kStrangers].push_back(world.refused(writing.method, path, body, who));
    } else {
      for (int guesses = 0; guesses < 200; ++guesses) {
        const std::string guess = reads_body ? world.guess(writing.schema).dump() : "";
        kinds[kGuesses].push_back(world.refused(writing.method, path, guess, Who::nobody));
      }
    }
  }
  for (const auto& reading : world.readings()) {
    if (!RefusedRequests::is_about_object(reading)) continue;
    for (const std::string& object : {nobody_knows, std::string("no-id")})
      kinds["a look at what is not there"].push_back(
          world.refused(reading.method, world.place(reading, object), "", Who::owner));
  }
  const std::string workspace = "/api/v1/workspaces/" + world.workspace();
  const auto conflict = [&](const std::string& method, const std::string& path, const json& body,
                            const std::string& more = "") {
    kinds["what cannot be as things stand"].push_back(
        world.refused(method, path, body.is_null() ? "" : body.dump(), Who::owner, more));
  };
  conflict("POST", workspace + "/invitations", {{"mail", "ada@example.org"}, {"role", "member"}});
  conflict("PATCH", workspace + "/members/" + world.user(), {{"role", "viewer"}});
  conflict("DELETE", workspace + "/members/" + world.user(), nullptr);
  conflict("PATCH", workspace, {{"name", "Another"}}, "If-Match: \"999\"\r\n");
  conflict("POST", workspace + "/deletion", {{"name", "Another"}});
  conflict("DELETE", workspace + "/deletion", nullptr);
  conflict("POST", workspace + "/agents", {{"name", "db-1"}, {"authorised", true}, {"team_ids", json::array({nobody_knows})}});
  conflict("POST", workspace + "/rules",
           {{"name", "Silence"},
            {"kind", "silence"},
            {"target", {{"kind", "all"}}},
            {"recipient_ids", json::array({nobody_knows})}});
  conflict("POST", workspace + "/ownership", {{"user_id", nobody_knows}});
  conflict("DELETE", "/api/v1/account", nullptr);
  conflict("POST", "/api/v1/appliance/users", {{"name", "Ada"}, {"mail", "ada@example.org"}});
  conflict("DELETE", "/api/v1/appliance/users/" + world.user(), nullptr);
  conflict("POST", "/api/v1/appliance/workspaces/" + world.workspace() + "/open",
           {{"reason", "to look at it"}, {"minutes", 15}});

  std::ranges::shuffle(kinds[kGuesses], std::minstd_rand(7));  // an address may guess a few times at each route
  std::atomic<int> hasty = 0;
  // The limits remember who guessed, up to a bound of their own; only what still grows when they are full is lost.
  for (const auto& [kind, asked] : kinds) world.send(asked, kind == kGuesses ? kRequests : kWarmUps, hasty);
  for (const auto& [kind, asked] : kinds) {
    std::map<std::string, int> wrong;
    hasty = 0;
    // What the server had for its start, and gives back meanwhile, hides no growth: the least is what counts.
    std::int64_t least = world.memory_kib(), now = least;
    for (int part = 0; part < kParts; ++part) {
      wrong.merge(world.send(asked, kRequests / kParts, hasty));
      now = world.memory_kib();
      least = std::min(least, now);
    }
    CAPTURE(kind);
    CAPTURE(least);
    CAPTURE(now);
    // Guesses are slowed down, by address; of all else hardly anything is.
    CHECK(hasty < (kind == kGuesses || kind == kStrangers ? kRequests / 2 : kRequests / 20));
    MESSAGE(kind << ": " << hasty.load() << " of " << kRequests << " refused as too many");
    for (const auto& [what, status] : wrong) FAIL_CHECK(status << " to " << what);
    if (kMeasures) CHECK((now - least) * 1024 < std::int64_t{kRequests} * kBytesOfRequestMax);
  }
  CHECK_MESSAGE(world.end() == 0, world.output());
}
