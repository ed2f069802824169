#include "core/config/settings.h"

#include <doctest/doctest.h>

using namespace connlog;

namespace {

SettingSources from_file(std::string text) {
  SettingSources sources;
  sources.file_name = "connlog.toml";
  sources.file_text = std::move(text);
  return sources;
}

std::string refusal(const SettingSources& sources) {
  const auto settings = load_settings(sources);
  return settings ? "accepted" : settings.error().message;
}

}  // namespace

TEST_CASE("without any source every setting has its documented default") {
  const auto settings = load_settings({});
  REQUIRE(settings);
  CHECK(settings->http_listen == "127.0.0.1:8080");
  CHECK(settings->https_listen == "0.0.0.0:8443");
  CHECK(settings->workers == 4);
  CHECK(settings->commit_window_ms == -1);
  CHECK(settings->outbound_loopback.empty());
}

TEST_CASE("the command line is stronger than the environment, and the environment than the file") {
  SettingSources sources = from_file("workers = 2\nmax_connections = 100\nlog_level = \"debug\"\n");
  sources.environment = {{"CONNLOG_WORKERS", "3"}, {"CONNLOG_MAX_CONNECTIONS", "200"}, {"CONNLOG_TOKEN", "not ours"}};
  sources.command_line = {{"workers", "5"}};
  const auto settings = load_settings(sources);
  REQUIRE(settings);
  CHECK(settings->workers == 5);
  CHECK(settings->max_connections == 200);
  CHECK(settings->log_level == "debug");
}

TEST_CASE("an unknown key in the file refuses the start and names file, line and key") {
  CHECK(refusal(from_file("workers = 2\n\nworkerz = 3\n")) ==
        "connlog.toml:3: workerz: there is no such setting. `connlog serve --sample-config` lists all.");
  CHECK(refusal(from_file("[smtp]\nhost = \"x\"\n")).find("connlog.toml:1: smtp:") == 0);
}

TEST_CASE("a wrong value refuses the start and names where it stands") {
  CHECK(refusal(from_file("workers = \"four\"")) == "connlog.toml:1: workers: must be a whole number.");
  CHECK(refusal(from_file("workers = 65")) == "connlog.toml:1: workers: 65 is outside 2 to 64 threads.");
  CHECK(refusal(from_file("allow_plain_http = 1")) == "connlog.toml:1: allow_plain_http: must be true or false.");
  CHECK(refusal(from_file("outbound_loopback = [1]")) == "connlog.toml:1: outbound_loopback: must be a list of texts.");
  CHECK(refusal(from_file("workers = = 3")).find("connlog.toml:1: this is not TOML") == 0);
  SettingSources sources;
  sources.environment = {{"CONNLOG_WORKERS", "4 "}};
  CHECK(refusal(sources) == "CONNLOG_WORKERS: workers: \"4 \" is not a whole number.");
  sources = {};
  sources.command_line = {{"https_listen", "8443"}};
  CHECK(refusal(sources) == "--https-listen: https_listen: \"8443\" is not address:port or off.");
}

TEST_CASE("one bad setting refuses the start even where all others are good") {
  CHECK(refusal(from_file("workers = 2\nlog_level = \"loud\"\nmax_connections = 100")) ==
        "connlog.toml:2: log_level: \"loud\" is none of debug, info, warning, error.");
}

TEST_CASE("one bad network among the trusted proxies refuses the start and names file and line") {
  CHECK(refusal(from_file("trusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\", \"2001:db8::/32\"]")) == "accepted");
  for (const std::string bad : {"10.0.0.1/8", "10.0.0.0/33", "proxy.example.org", "", "*", "0.0.0.0/-1", "::/129"}) {
    CAPTURE(bad);
    const std::string said =
        refusal(from_file("workers = 2\n\ntrusted_proxies = [\"127.0.0.1\", \"" + bad + "\"]\nlog_level = \"info\"\n"));
    CHECK(said.starts_with("connlog.toml:3: trusted_proxies: "));
  }
  SettingSources sources = from_file("trusted_proxies = [\"127.0.0.1\"]\n");
  sources.environment = {{"CONNLOG_TRUSTED_PROXIES", "127.0.0.1,anybody"}};
  CHECK(refusal(sources).starts_with("CONNLOG_TRUSTED_PROXIES: trusted_proxies: "));
}

TEST_CASE("plain http beyond loopback needs the administrator's word") {
  CHECK(refusal(from_file("http_listen = \"0.0.0.0:8080\""))
            .find("passwords and tokens would cross the network unencrypted") != std::string::npos);
  CHECK(refusal(from_file("http_listen = \"0.0.0.0:8080\"\nallow_plain_http = true")) == "accepted");
  CHECK(refusal(from_file("http_listen = \"[::1]:8080\"")) == "accepted");
}

TEST_CASE("a certificate without its key, or a key without its certificate, refuses the start") {
  for (const char* half : {"tls_certificate = \"a.pem\"", "tls_key = \"a.key\""}) {
    CAPTURE(half);
    CHECK(refusal(from_file(half)).find("belong together") != std::string::npos);
  }
  CHECK(refusal(from_file("tls_certificate = \"a.pem\"\ntls_key = \"a.key\"")) == "accepted");
}

TEST_CASE("a public address is a scheme and a host, nothing that could carry more") {
  CHECK(refusal(from_file("public_url = \"https://monitor.example.org:8443\"")) == "accepted");
  for (const char* url :
       {"monitor.example.org", "ftp://x", "https://", "https://a/b", "https://u@a", "https://a b", "https://a\\\"b"}) {
    CAPTURE(url);
    CHECK(refusal(from_file(std::string("public_url = \"") + url + "\"")) != "accepted");
  }
  CHECK(refusal(from_file("public_url = \"https://a\\nb\"")) != "accepted");
}

TEST_CASE("a public address below a path is refused by a sentence that names the setting; a slash at the end is none") {
  const std::string why = refusal(from_file("public_url = \"https://example.org/monitor\""));
  CHECK(why.find("connlog.toml:1: public_url: ") == 0);
  CHECK(why.find("has a path (/monitor)") != std::string::npos);
  const auto slash = load_settings(from_file("public_url = \"https://monitor.example.org:8443/\""));
  REQUIRE(slash);
  CHECK(slash->public_url == "https://monitor.example.org:8443");
  CHECK(refusal(from_file("public_url = \"https://[2001:db8::1]:8443\"")) == "accepted");
  for (const char* url : {"https://a:", "https://a:0", "https://a:99999", "https://a:b", "https://[::1", "https://a//",
                          "https://münchen.example", "https://2001:db8::1"}) {
    CAPTURE(url);
    CHECK(refusal(from_file(std::string("public_url = \"") + url + "\"")).find("public_url: ") != std::string::npos);
  }
}

TEST_CASE("further names are host names and addresses, nothing with a scheme or a port") {
  const auto settings =
      load_settings(from_file("public_names = [\"monitor\", \"monitor.lan\", \"192.0.2.7\", \"2001:db8::1\"]"));
  REQUIRE(settings);
  CHECK(settings->public_names.size() == 4);
  for (const char* name : {"https://a", "a:8443", "*.example.org", "a b", "", "a/b"}) {
    CAPTURE(name);
    CHECK(refusal(from_file(std::string("workers = 2\npublic_names = [\"") + name + "\"]"))
              .find("connlog.toml:2: public_names: ") == 0);
  }
}

TEST_CASE("the sample file names every setting and is accepted as it is, and with every line enabled") {
  const std::string sample = sample_file();
  for (const Option& option : options())
    CHECK(sample.find("# " + std::string(option.name) + " = ") != std::string::npos);
  CHECK(refusal(from_file(sample)) == "accepted");
  std::string enabled = sample;
  for (const Option& option : options()) {
    const std::string line = "# " + std::string(option.name) + " = ";
    enabled.replace(enabled.find(line), 2, "");
  }
  CHECK(refusal(from_file(enabled)) == "accepted");
}

TEST_CASE("listen addresses are read whole") {
  ListenAddress address;
  CHECK(parse_listen("[::]:8443", address));
  CHECK(address.address == "::");
  CHECK(address.port == 8443);
  for (const char* text : {"", ":80", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "127.0.0.1:80x", "127.0.0.1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_listen(text, address));
  }
}

TEST_CASE("witnesses of checks are at most three addresses, no names") {
  const auto settings = load_settings(from_file("check_witnesses = [\"9.9.9.9\", \"2620:fe::fe\"]"));
  REQUIRE(settings);
  CHECK(settings->check_witnesses.size() == 2);
  CHECK(load_settings({})->check_witnesses.empty());
  CHECK(refusal(from_file("check_witnesses = [\"dns.example\"]")).find("connlog.toml:1: check_witnesses:") == 0);
  CHECK(refusal(from_file("check_witnesses = [\"[2620:fe::fe]\"]")).find("connlog.toml:1: check_witnesses:") == 0);
  CHECK(refusal(from_file("check_witnesses = [\"9.9.9.1\", \"9.9.9.2\", \"9.9.9.3\", \"9.9.9.4\"]")).find("At most 3") !=
        std::string::npos);
}
