// TLS over real sockets with real mbedTLS on both sides: versions, resumption over a restart, bad records, change of
// certificate, and the bound on handshakes.
#include <doctest/doctest.h>
#include <mbedtls/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/loop_server.h"
#include "tests/support/seeded_random.h"

using namespace connlog;
using namespace connlog::web;

namespace {

using Version = TlsClientOptions::Version;

const std::string kGet = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("TLS 1.2 and 1.3 clients that trust our authority are served, and told the peer speaks TLS") {
  const TemporaryDirectory data;
  std::atomic<bool> tls{false};
  TlsLoopServer server({.data_dir = data.path(), .handler = [&](RawRequest request, Responder responder) {
                          tls = request.peer.tls;
                          echo(std::move(request), std::move(responder));
                        }});
  const std::string authority = server.certificates().authority_pem();
  for (const Version version : {Version::only_1_2, Version::only_1_3}) {
    for (const std::string host : {"localhost", "appliance.example.org"}) {
      // Under TLS 1.2 the list of groups is also that of the certificate's: a client of X25519 alone takes no P-256
      // key.
      const std::uint16_t other = version == Version::only_1_2 ? 0 : MBEDTLS_SSL_IANA_TLS_GROUP_X25519;
      for (const std::uint16_t group :
           std::initializer_list<std::uint16_t>{other, MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1}) {
        LoopClient client(
            server.port(),
            {.version = version, .ca_pem = authority, .host = host, .protocol = "http/1.1", .group = group});
        REQUIRE(client.is_open());
        CHECK(client.tls()->version() == (version == Version::only_1_2 ? "TLSv1.2" : "TLSv1.3"));
        CHECK(client.tls()->protocol() == "http/1.1");
        client.send(kGet + kGet);
        CHECK(client.read_reply().status == 200);
        CHECK(client.read_reply().body == kGet);
        CHECK(tls);
      }
    }
  }
  CHECK_FALSE(LoopClient(server.port(), {.ca_pem = authority, .host = "elsewhere.example.org"}).is_open());
}

TEST_CASE("weak offers are refused: another curve, another protocol") {
  const TemporaryDirectory data;
  TlsLoopServer server({.data_dir = data.path()});
  CHECK_FALSE(LoopClient(server.port(), {.group = MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1}).is_open());
  CHECK_FALSE(LoopClient(server.port(), {.protocol = "h2"}).is_open());
  CHECK(eventually([&] { return server.loop().counters().handshake_failures == 2; }));
}

TEST_CASE("large requests and replies pass through records of every size") {
  const TemporaryDirectory data;
  TlsLoopServer server({.data_dir = data.path()});
  for (const Version version : {Version::only_1_2, Version::only_1_3}) {
    LoopClient client(server.port(), {.version = version});
    for (const std::size_t size : {1UL, 4'000UL, 4'096UL, 16'384UL, 16'385UL, 900'000UL, 3UL}) {
      const std::string body(size, static_cast<char>('a' + size % 26));
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + body);
      const LoopReply reply = client.read_reply();
      CHECK(reply.status == 200);
      CHECK(reply.body.ends_with("\r\n\r\n" + body));  // also after the pages of the large records were given back
    }
  }
}

TEST_CASE("a session is resumed, also by a server that was started anew over the same data; not over another's") {
  const TemporaryDirectory data, other;
  for (const Version version : {Version::only_1_2, Version::only_1_3}) {
    std::string session;
    {
      TlsLoopServer server({.data_dir = data.path()});
      LoopClient client(server.port(), {.version = version});
      client.send(kGet);
      REQUIRE(client.read_reply().status == 200);
      session = client.tls()->session();
      REQUIRE_FALSE(session.empty());
      LoopClient again(server.port(), {.version = version, .session = session});
      again.send(kGet);
      CHECK(again.read_reply().status == 200);
      CHECK(server.loop().counters().handshakes == 2);
      CHECK(server.loop().counters().handshakes_resumed == 1);
    }
    TlsLoopServer restarted({.data_dir = data.path()});
    LoopClient client(restarted.port(), {.version = version, .session = session});
    client.send(kGet);
    CHECK(client.read_reply().status == 200);
    CHECK(restarted.loop().counters().handshakes_resumed == 1);
    TlsLoopServer stranger({.data_dir = other.path()});
    LoopClient astray(stranger.port(), {.version = version, .session = session});
    astray.send(kGet);
    CHECK(astray.read_reply().status == 200);
    CHECK(stranger.loop().counters().handshakes_resumed == 0);
  }
}

TEST_CASE("the file of the ticket keys is private, sealed, and replaced when it is damaged") {
  const TemporaryDirectory data;
  { TlsLoopServer server({.data_dir = data.path()}); }
  const std::filesystem::path file = data.path() / "tls" / "tickets";
  struct stat facts {};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  const std::string before = read_file(file);
  CHECK(before.starts_with("s1:"));
  std::ofstream(file) << "s1:damaged";
  TlsLoopServer server({.data_dir = data.path()});
  CHECK(read_file(file).size() == before.size());
}

TEST_CASE("what is no TLS gets an alert and the end, and harms nobody else") {
  const TemporaryDirectory data;
  TlsLoopServer server({.data_dir = data.path()});
  LoopClient good(server.port(), TlsClientOptions{});
  LoopClient plain(server.port());
  plain.send(kGet);
  const std::string answer = plain.read_raw_to_end();
  REQUIRE(answer.size() == 7);
  CHECK(answer[0] == 21);  // alert
  CHECK(answer[5] == 2);   // fatal
  SeededRandom random(7);
  for (int i = 0; i < 50; ++i) {
    LoopClient noise(server.port());
    std::string bytes(static_cast<std::size_t>(1 + random.below(2'000)), '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    if (i % 2 == 0) bytes.replace(0, std::min<std::size_t>(bytes.size(), 3), "\x16\x03\x01");
    noise.send(bytes);
    noise.half_close();
    noise.read_raw_to_end();
  }
  good.send(kGet);
  CHECK(good.read_reply().status == 200);
  CHECK(eventually([&] { return server.loop().counters().open == 1; }));
}

TEST_CASE("a broken record on an established connection gets an alert and the end; nothing of it is served") {
  const TemporaryDirectory data;
  TlsLoopServer server({.data_dir = data.path()});
  for (const Version version : {Version::only_1_2, Version::only_1_3}) {
    LoopClient client(server.port(), {.version = version});
    client.send(kGet);
    REQUIRE(client.read_reply().status == 200);
    const std::uint64_t before = server.loop().counters().requests;
    std::string record;
    client.tls()->encrypt(kGet, record);
    record.back() = static_cast<char>(record.back() ^ 1);
    client.send_raw(record);
    CHECK(client.ends());
    CHECK(client.tls()->last_error() == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
    CHECK(server.loop().counters().requests == before);
  }
}

TEST_CASE("the server says close_notify, and takes the client's") {
  const TemporaryDirectory data;
  TlsLoopServer server({.data_dir = data.path()});
  LoopClient client(server.port(), TlsClientOptions{});
  client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(client.read_reply().status == 200);
  CHECK(client.ends());
  CHECK(client.tls()->last_error() == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY);
  LoopClient polite(server.port(), TlsClientOptions{});
  std::string notify;
  polite.tls()->close_notify(notify);
  polite.send_raw(notify);
  CHECK(polite.ends());
}

TEST_CASE("handshakes and requests may come in pieces of one byte") {
  const TemporaryDirectory data;
  TlsLoopServer server({.data_dir = data.path()});
  LoopClient socket(server.port());
  TlsClient tls(TlsClientOptions{});
  std::string in, out;
  while (true) {
    out.clear();
    const TlsClient::Progress progress = tls.handshake(in, out);
    for (const char c : out) socket.send(std::string(1, c));
    REQUIRE(progress != TlsClient::Progress::failed);
    if (progress == TlsClient::Progress::done) break;
    in = socket.read_some();
    REQUIRE_FALSE(in.empty());
  }
  out.clear();
  tls.encrypt(kGet, out);
  for (const char c : out) socket.send(std::string(1, c));
  std::string plain;
  while (plain.find(kGet) == std::string::npos) REQUIRE(tls.decrypt(socket.read_some(), plain));
}

TEST_CASE("a request that comes in one piece with the end of the handshake is served") {
  const TemporaryDirectory data;
  TlsLoopServer server({.data_dir = data.path()});
  for (const Version version : {Version::only_1_2, Version::only_1_3}) {
    LoopClient socket(server.port());
    TlsClient tls(TlsClientOptions{.version = version});
    std::string in, out, plain;
    bool established = false;
    while (!established) {
      out.clear();
      const TlsClient::Progress progress = tls.handshake(in, out);
      REQUIRE(progress != TlsClient::Progress::failed);
      established = progress == TlsClient::Progress::done;
      if (established) tls.encrypt(kGet, out);
      socket.send(out);
      if (!established) in = socket.read_some();
    }
    while (plain.find(kGet) == std::string::npos) REQUIRE(tls.decrypt(socket.read_some(), plain));
  }
}

TEST_CASE("a flood of handshakes that never end is bounded, and those who are connected are served meanwhile") {
  const TemporaryDirectory data;
  TlsLoopServer server(
      {.data_dir = data.path(), .adjust = [](LoopOptions& settings) { settings.head_timeout = seconds(3'600); }});
  LoopClient established(server.port(), TlsClientOptions{});
  TlsClient first(TlsClientOptions{});
  std::string hello;
  first.handshake({}, hello);
  std::vector<std::unique_ptr<LoopClient>> flood;
  for (int i = 0; i < 400; ++i) {
    flood.push_back(std::make_unique<LoopClient>(server.port()));
    flood.back()->send(hello);  // and never a word more
  }
  for (int i = 0; i < 5; ++i) {
    established.send(kGet);
    CHECK(established.read_reply().status == 200);
  }
  // 256 of them were given a session and an answer; the others wait for a place.
  for (int i = 0; i < 256; ++i) REQUIRE_FALSE(flood[static_cast<std::size_t>(i)]->read_some().empty());
  for (std::size_t i = 256; i < flood.size(); ++i) {
    char byte;
    CHECK(::recv(flood[i]->descriptor(), &byte, 1, MSG_DONTWAIT) < 0);
  }
  for (int i = 0; i < 200; ++i) flood[static_cast<std::size_t>(i)].reset();  // places come free
  for (std::size_t i = 256; i < flood.size(); ++i) CHECK_FALSE(flood[i]->read_some().empty());
}

TEST_CASE("the administrator's certificate is followed when its files change; open connections go on") {
  const TemporaryDirectory data, issued;
  SystemRandom random;
  const SystemClock clock;
  REQUIRE(sodium_init() >= 0);
  const std::string chain_file = issued.path() / "site.crt", key_file = issued.path() / "site.key";
  const auto issue = [&] {
    const Secret authority_key = make_private_key(random).value();
    const std::string authority = *make_authority(authority_key, clock.now(), random);
    const Secret key = make_private_key(random).value();
    const std::string leaf =
        *make_server_certificate(authority_key, authority, key, {{"site.example.org"}, {}}, clock.now(), random);
    std::ofstream(key_file) << key.reveal();
    ::chmod(key_file.c_str(), 0600);
    std::ofstream(chain_file) << leaf << authority;
    return authority;
  };
  const std::string first = issue();
  TlsLoopServer server({.data_dir = data.path(), .certificate_file = chain_file, .key_file = key_file});
  LoopClient before(server.port(), {.ca_pem = first, .host = "site.example.org"});
  REQUIRE(before.is_open());
  CHECK_FALSE(server.certificates().is_own());
  const std::string pin = server.certificates().server_pin_base64();

  const std::string second = issue();
  REQUIRE(server.tls().maintain().has_value());
  CHECK(server.certificates().server_pin_base64() != pin);
  LoopClient after(server.port(), {.ca_pem = second, .host = "site.example.org"});
  REQUIRE(after.is_open());
  for (LoopClient* client : {&before, &after}) {
    client->send(kGet);
    CHECK(client->read_reply().status == 200);
  }

  std::ofstream(chain_file) << "half a file";
  const Result<void> broken = server.tls().maintain();
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().message.find(chain_file) != std::string::npos);
  CHECK(server.tls().maintain().has_value());  // said once, not every minute
  LoopClient still(server.port(), {.ca_pem = second, .host = "site.example.org"});
  CHECK(still.is_open());
}
