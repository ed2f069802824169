// Certificates as files: made once, kept, renewed with the same key, refused when others can read a key or when files
// do not belong together.
#include <doctest/doctest.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "core/base/clock_watch.h"
#include "core/base/log.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_directory.h"
#include "web/server/certificates.h"

using namespace connlog;
using namespace connlog::web;

namespace {

SystemRandom g_random;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::unique_ptr<Certificates> open_own(const std::filesystem::path& data, const Clock& clock,
                                       const std::string& host = "appliance.example.org") {
  REQUIRE(sodium_init() >= 0);
  set_log_level(LogLevel::error);
  auto out = Certificates::open({data, "", "", host}, clock, g_random);
  REQUIRE(out.has_value());
  return std::move(*out);
}

std::string refusal_of(CertificateOptions settings, const Clock& clock) {
  auto out = Certificates::open(std::move(settings), clock, g_random);
  return out ? std::string() : out.error().message;
}

bool has(const std::vector<std::string>& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

}  // namespace

TEST_CASE("the first start makes an authority and a certificate; the second finds them") {
  const TemporaryDirectory data;
  FakeClock clock;
  auto first = open_own(data.path(), clock);
  const auto facts = *read_certificates(first->chain_pem(), "chain");
  REQUIRE(facts.size() == 2);
  const auto life = facts[0].not_after - facts[0].not_before;
  CHECK(life <= std::chrono::hours(24 * 397));
  CHECK(facts[1].not_after - clock.now() > std::chrono::hours(24 * 365 * 9));
  for (const std::string host : {"localhost", "appliance.example.org"}) CHECK(has(facts[0].names.hosts, host));
  for (const std::string address : {"127.0.0.1", "::1"}) CHECK(has(facts[0].names.addresses, address));
  CHECK(is_signed_by(read_file(data.path() / "tls" / "server.crt"), first->authority_pem()));
  CHECK(first->server_pin_base64().size() == 44);
  CHECK(first->ca_pin_hex().size() == 64);
  for (const std::string name : {"ca.key", "server.key"}) {
    struct stat mode {};
    REQUIRE(::stat((data.path() / "tls" / name).c_str(), &mode) == 0);
    CHECK((mode.st_mode & 0777) == 0600);
  }
  auto second = open_own(data.path(), clock);
  CHECK(second->chain_pem() == first->chain_pem());
}

TEST_CASE("the certificate is renewed by itself long before its end, with the same keys, so that pins stay true") {
  const TemporaryDirectory data;
  FakeClock clock;
  auto certificates = open_own(data.path(), clock);
  const std::string chain = certificates->chain_pem(), pin = certificates->server_pin_base64(),
                    ca_pin = certificates->ca_pin_hex();
  clock.advance(std::chrono::hours(24 * 200));
  CHECK_FALSE(*certificates->refresh());
  clock.advance(std::chrono::hours(24 * 90));
  CHECK(*certificates->refresh());
  CHECK(certificates->chain_pem() != chain);
  CHECK(certificates->not_after() - clock.now() > std::chrono::hours(24 * 390));
  CHECK(certificates->server_pin_base64() == pin);
  CHECK(certificates->ca_pin_hex() == ca_pin);
  CHECK_FALSE(*certificates->refresh());
  clock.advance(std::chrono::hours(24 * 365 * 9));
  CHECK(*certificates->refresh());  // the authority too
  CHECK(certificates->ca_pin_hex() == ca_pin);
  CHECK(certificates->not_after() > clock.now());
  clock.step_wall_clock(-std::chrono::hours(24 * 365 * 20));  // a clock that was wrong at the first start
  CHECK(*certificates->refresh());
  CHECK(certificates->server_pin_base64() == pin);
}

TEST_CASE("a start in 1970, or ten years ahead, keeps the authority and the certificate as they are") {
  const TemporaryDirectory data;
  FakeClock clock;
  const std::string chain = open_own(data.path(), clock)->chain_pem();
  const ClockMemory memory{clock.now(), clock.now(), clock.monotonic(), "boot-1"};
  for (const std::string boot : {"boot-1", "boot-2"}) {
    for (const Instant wrong : {Instant{60'000'000}, clock.now() + std::chrono::days(3'650)}) {
      CAPTURE(boot);
      CAPTURE(wrong.micros);
      FakeClock set;
      set.step_wall_clock(wrong - set.now());
      ClockWatch watch(set, {clock.now() - std::chrono::days(30), boot});
      watch.remember(memory, {});
      auto certificates = open_own(data.path(), watch);
      CHECK(certificates->chain_pem() == chain);
      set.advance(std::chrono::hours(2));
      CHECK_FALSE(*certificates->refresh());
    }
  }
}

TEST_CASE("another public name is taken into the certificate") {
  const TemporaryDirectory data;
  FakeClock clock;
  const std::string pin = open_own(data.path(), clock)->server_pin_base64();
  auto renamed = open_own(data.path(), clock, "watch.example.net");
  CHECK(has((*read_certificates(renamed->chain_pem(), "chain"))[0].names.hosts, "watch.example.net"));
  CHECK(renamed->server_pin_base64() == pin);
  auto by_address = open_own(data.path(), clock, "203.0.113.9");
  CHECK(has((*read_certificates(by_address->chain_pem(), "chain"))[0].names.addresses, "203.0.113.9"));
}

TEST_CASE("a key that others can read, that is missing or that is another's refuses the start, and says which file") {
  FakeClock clock;
  const TemporaryDirectory data;
  const CertificateOptions settings{data.path(), "", "", ""};
  const std::filesystem::path tls = data.path() / "tls";
  open_own(data.path(), clock, "");
  const std::string key = read_file(tls / "server.key");

  ::chmod((tls / "server.key").c_str(), 0640);
  std::string why = refusal_of(settings, clock);
  CHECK(why.find("server.key can be read by others") != std::string::npos);
  CHECK(why.find("chmod 600") != std::string::npos);
  std::filesystem::remove(tls / "server.key");
  CHECK(refusal_of(settings, clock).find("is missing beside its certificate") != std::string::npos);
  std::filesystem::copy(tls / "ca.key", tls / "server.key");
  CHECK(refusal_of(settings, clock).find("does not belong to") != std::string::npos);
  std::filesystem::remove(tls / "server.key");
  std::ofstream(tls / "server.key") << "no key at all";
  ::chmod((tls / "server.key").c_str(), 0600);
  CHECK(refusal_of(settings, clock).find("does not hold a PEM private key") != std::string::npos);
  std::ofstream(tls / "server.key") << key;
  CHECK(refusal_of(settings, clock).empty());
  std::ofstream(tls / "server.crt") << "no certificate";
  CHECK(refusal_of(settings, clock).find("server.crt does not hold PEM certificates") != std::string::npos);
}

TEST_CASE("the administrator's files: both or neither, readable, and a pair") {
  FakeClock clock;
  const TemporaryDirectory data, issued;
  auto own = open_own(data.path(), clock);  // stands in for what an administrator was issued
  const std::string chain = issued.path() / "a.crt", key = issued.path() / "a.key", other = issued.path() / "b.key";
  std::ofstream(chain) << own->chain_pem();
  std::ofstream(key) << own->key_pem().reveal();
  std::ofstream(other) << make_private_key(g_random)->reveal();
  for (const std::string& file : {key, other}) ::chmod(file.c_str(), 0640);  // a group may read an administrator's

  CHECK(refusal_of({data.path(), chain, key, ""}, clock).empty());
  auto certificates = Certificates::open({data.path(), chain, key, ""}, clock, g_random);
  CHECK((*certificates)->ca_pin_hex() == own->ca_pin_hex());
  CHECK((*certificates)->authority_pem().empty());
  CHECK(refusal_of({data.path(), chain, "", ""}, clock).find("tls_key is not") != std::string::npos);
  CHECK(refusal_of({data.path(), "", key, ""}, clock).find("tls_certificate is not") != std::string::npos);
  CHECK(refusal_of({data.path(), chain, other, ""}, clock).find("does not belong to") != std::string::npos);
  CHECK(refusal_of({data.path(), chain, issued.path() / "none", ""}, clock).find("does not exist") !=
        std::string::npos);
  CHECK(refusal_of({data.path(), issued.path() / "none", key, ""}, clock).find("does not exist") != std::string::npos);
  CHECK(refusal_of({data.path(), key, key, ""}, clock).find("does not hold PEM certificates") != std::string::npos);
  ::chmod(key.c_str(), 0644);
  CHECK(refusal_of({data.path(), chain, key, ""}, clock).find("can be read by others") != std::string::npos);
}

TEST_CASE("a renewed key that becomes readable only later is loaded at the next look, and its failure is said once") {
  FakeClock clock;
  const TemporaryDirectory data, issued, other;
  auto own = open_own(data.path(), clock);
  auto renewed = open_own(other.path(), clock);
  const std::string chain = issued.path() / "a.crt", key = issued.path() / "a.key";
  const auto put = [&](const Certificates& from, mode_t mode) {
    std::filesystem::remove(key);
    std::ofstream(chain) << from.chain_pem();
    std::ofstream(key) << from.key_pem().reveal();
    REQUIRE(::chmod(key.c_str(), mode) == 0);
  };
  put(*own, 0600);
  auto opened = Certificates::open({data.path(), chain, key, ""}, clock, g_random);
  REQUIRE(opened);
  Certificates& certificates = **opened;
  CHECK_FALSE(*certificates.refresh());
  CHECK(certificates.warnings().empty());

  put(*renewed, 0644);  // not used by such a mode, as it would not be by 0000
  const auto refused = certificates.refresh();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("can be read by others") != std::string::npos);
  const auto again = certificates.refresh();
  REQUIRE(again);
  CHECK_FALSE(*again);
  REQUIRE(certificates.warnings().size() == 1);
  CHECK(certificates.warnings().front().find("the old one is served") != std::string::npos);
  CHECK(certificates.server_pin_base64() == own->server_pin_base64());

  // Nothing but the mode changes: neither content nor time of writing.
  REQUIRE(::chmod(key.c_str(), 0600) == 0);
  CHECK(*certificates.refresh());
  CHECK(certificates.server_pin_base64() == renewed->server_pin_base64());
  CHECK(certificates.warnings().empty());
  CHECK_FALSE(*certificates.refresh());

  // The certificate comes a moment before its key.
  std::ofstream(chain) << own->chain_pem();
  CHECK_FALSE(certificates.refresh());
  put(*own, 0600);
  CHECK(*certificates.refresh());
  CHECK(certificates.server_pin_base64() == own->server_pin_base64());
}

TEST_CASE("an end that is near is told, of an administrator's certificate three weeks before") {
  FakeClock clock;
  const TemporaryDirectory data, issued;
  auto own = open_own(data.path(), clock);
  const std::string chain = issued.path() / "a.crt", key = issued.path() / "a.key";
  std::ofstream(chain) << own->chain_pem();
  std::ofstream(key) << own->key_pem().reveal();
  ::chmod(key.c_str(), 0600);
  auto opened = Certificates::open({data.path(), chain, key, ""}, clock, g_random);
  REQUIRE(opened);
  Certificates& certificates = **opened;
  clock.advance(certificates.not_after() - clock.now() - std::chrono::hours(24 * 22));
  CHECK(certificates.warnings().empty());
  clock.advance(std::chrono::hours(24 * 2));
  REQUIRE(certificates.warnings().size() == 1);
  CHECK(certificates.warnings().front().find("in 20 days") != std::string::npos);
  CHECK(certificates.warnings().front().find(chain) != std::string::npos);
  clock.advance(std::chrono::hours(24 * 21));
  CHECK(certificates.warnings().front().find("expired on") != std::string::npos);
}

TEST_CASE("the machine's names are its own, with .local, with the domains of DHCP, and as /etc/hosts has them") {
  const TemporaryDirectory root;
  std::filesystem::create_directories(root.path() / "etc");
  std::ofstream(root.path() / "etc/resolv.conf") << "# made by dhcpcd\nnameserver 192.0.2.1\nsearch fritz.box lan.\n";
  std::ofstream(root.path() / "etc/hosts") << "127.0.0.1 localhost\n127.0.1.1 pi.example.org pi # here\n"
                                              "192.0.2.9 other.example.org other\n192.0.2.7 watch Pi\n";
  const auto names = machine_names("Pi", root.path().string());
  for (const char* name : {"pi", "pi.local", "pi.fritz.box", "pi.lan", "pi.example.org", "watch"}) {
    CAPTURE(name);
    CHECK(has(names, name));
  }
  for (const char* name : {"localhost", "other", "other.example.org", "here"}) CHECK_FALSE(has(names, name));
  const auto full = machine_names("pi.example.net", root.path().string());
  for (const char* name : {"pi.example.net", "pi", "pi.local", "pi.fritz.box"}) CHECK(has(full, name));
  CHECK(machine_names("", root.path().string()).empty());
  const auto further = own_names("appliance.example.org", {"monitor.lan", "203.0.113.9", "not a name"});
  CHECK(has(further.hosts, "monitor.lan"));
  CHECK(has(further.addresses, "203.0.113.9"));
  CHECK_FALSE(has(further.hosts, "not a name"));
}

TEST_CASE("HSTS is sent where a name and a certificate of the administrator bear it") {
  CHECK(may_send_hsts("watch.example.org", false));
  CHECK_FALSE(may_send_hsts("watch.example.org", true));
  for (const std::string host : {"192.0.2.1", "::1", "localhost", "a.localhost", "watch", "", "[::1]"})
    CHECK_FALSE(may_send_hsts(host, false));
}
