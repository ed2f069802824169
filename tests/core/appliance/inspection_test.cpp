// The table of the production check: each row says nothing of an appliance that is in order, and finds what it is for. The
// documentation has the same rows.
#include "core/appliance/inspection.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/appliance/inspection_json.h"
#include "tests/support/fake_clock.h"
#include "tests/support/outside.h"

using namespace connlog;

namespace {

constexpr Instant kNow = FakeClock::kStart;
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

SetUpFacts sound_set_up() {
  SetUpFacts facts;
  facts.settings = load_settings(SettingSources{}).value();
  facts.settings.data_dir = "/var/lib/connlog";
  facts.settings.public_url = facts.public_url = "https://monitor.example.org";
  facts.key_form = MasterKeyForm::credential;
  facts.database_exists = true;
  facts.files = {{"/var/lib/connlog/keys", 0700, 0077, "", ""}};
  CertificateOnDisk certificate;
  certificate.file = "/etc/connlog/cert.pem";
  certificate.key_file = "/etc/connlog/key.pem";
  certificate.not_after = kNow + std::chrono::days(60);
  certificate.names = {"monitor.example.org"};
  certificate.certificates = 2;
  facts.certificate = certificate;
  facts.disk_free = 50 * kGiB;
  facts.disk_bytes = 100 * kGiB;
  return facts;
}

MachineFacts sound_machine() {
  MachineFacts facts;
  facts.files_max = 65'536;
  facts.connections_max = 12'000;
  facts.overcommit = 0;
  facts.somaxconn = 4'096;
  facts.may_ping = true;
  facts.clock_synchronised = true;
  facts.timezones = "2026a";
  facts.built = kNow - std::chrono::days(10);
  facts.version = "0.1.0";
  return facts;
}

StoredFacts sound_stored() {
  StoredFacts facts;
  facts.mail_is_set_up = facts.mail_was_taken = true;
  facts.administrators = 2;
  for (const LimitFact& fact : limit_facts()) facts.limits[fact.limit] = fact.default_value;
  return facts;
}

RunningFacts sound_running() {
  RunningFacts facts;
  facts.backups_by_schedule = true;
  return facts;
}

InspectionFacts sound() {
  InspectionFacts facts;
  facts.at = kNow;
  facts.set_up = sound_set_up();
  facts.machine = sound_machine();
  facts.stored = sound_stored();
  facts.running = sound_running();
  return facts;
}

// One thing that is not in order, and what is found of it.
struct Fault {
  std::string id;
  FindingSeverity severity;
  std::function<void(InspectionFacts&)> make;
};

std::vector<Fault> faults() {
  using enum FindingSeverity;
  const auto set_up = [](std::string id, FindingSeverity severity, std::function<void(SetUpFacts&)> make) {
    return Fault{std::move(id), severity, [make = std::move(make)](InspectionFacts& facts) { make(*facts.set_up); }};
  };
  const auto machine = [](std::string id, FindingSeverity severity, std::function<void(MachineFacts&)> make) {
    return Fault{std::move(id), severity, [make = std::move(make)](InspectionFacts& facts) { make(*facts.machine); }};
  };
  const auto stored = [](std::string id, FindingSeverity severity, std::function<void(StoredFacts&)> make) {
    return Fault{std::move(id), severity, [make = std::move(make)](InspectionFacts& facts) { make(*facts.stored); }};
  };
  const auto running = [](std::string id, FindingSeverity severity, std::function<void(RunningFacts&)> make) {
    return Fault{std::move(id), severity, [make = std::move(make)](InspectionFacts& facts) { make(*facts.running); }};
  };
  return {
      set_up("keys.beside_database", warning, [](SetUpFacts& f) { f.key_form = MasterKeyForm::file; }),
      set_up("keys.copies_beside", warning,
             [](SetUpFacts& f) {
               f.key_form = MasterKeyForm::file;
               f.plain_copies = 1;
             }),
      set_up("files.open", danger, [](SetUpFacts& f) { f.files[0].mode = 0750; }),
      set_up("files.open", danger,
             [](SetUpFacts& f) {
               f.files.push_back({"connlog.toml", 0666, 0022, "", ""});
             }),
      set_up("files.owner", warning,
             [](SetUpFacts& f) {
               f.files.push_back({"connlog.db", 0600, 0, "user 0", "998"});
             }),
      set_up("certificate.unusable", danger, [](SetUpFacts& f) { f.certificate->trouble = "It is no PEM file."; }),
      set_up("certificate.key", danger, [](SetUpFacts& f) { f.certificate->key_trouble = "It cannot be read."; }),
      set_up("certificate.end", danger, [](SetUpFacts& f) { f.certificate->not_after = kNow; }),
      set_up("certificate.end", warning,
             [](SetUpFacts& f) { f.certificate->not_after = kNow + std::chrono::days(20); }),
      set_up("certificate.chain", warning, [](SetUpFacts& f) { f.certificate->certificates = 1; }),
      set_up("certificate.chain", warning, [](SetUpFacts& f) { f.certificate->left_out = {"certificate 3"}; }),
      set_up("certificate.names", warning, [](SetUpFacts& f) { f.certificate->names = {"*.example.com"}; }),
      set_up("disk.room", warning, [](SetUpFacts& f) { f.disk_free = 9 * kGiB; }),
      set_up("disk.room", danger, [](SetUpFacts& f) { f.disk_free = 100 << 20; }),
      set_up("disk.wear", note, [](SetUpFacts& f) { f.disk_wears_out = true; }),
      set_up("disk.wear", warning,
             [](SetUpFacts& f) {
               f.disk_wears_out = true;
               f.settings.commit_window_ms = 0;
             }),
      set_up("address.unset", warning, [](SetUpFacts& f) { f.settings.public_url.clear(); }),
      set_up("address.plain", danger, [](SetUpFacts& f) { f.public_url = "http://monitor.example.org"; }),
      set_up("address.unknown", warning, [](SetUpFacts& f) { f.public_host_resolves = false; }),
      set_up("address.unknown", note, [](SetUpFacts& f) { f.public_host_is_here = false; }),
      set_up("address.plain_http", warning, [](SetUpFacts& f) { f.settings.allow_plain_http = true; }),
      set_up("address.plain_http", danger,
             [](SetUpFacts& f) {
               f.settings.allow_plain_http = true;
               f.settings.http_listen = "0.0.0.0:8080";
             }),
      set_up("address.unheard", warning, [](SetUpFacts& f) { f.settings.https_listen = "off"; }),
      set_up("address.proxies", danger, [](SetUpFacts& f) { f.settings.trusted_proxies = {"0.0.0.0/0"}; }),
      set_up("address.proxies", warning, [](SetUpFacts& f) { f.settings.trusted_proxies = {"10.0.0.0/8"}; }),
      set_up("address.proxies", warning, [](SetUpFacts& f) { f.settings.trusted_proxies = {"2001:db8::/32"}; }),
      set_up("machine.log", note, [](SetUpFacts& f) { f.settings.log_level = "debug"; }),
      set_up("people.password_cost", warning, [](SetUpFacts& f) { f.settings.password_memory_mib = 16; }),
      machine("machine.open_files", warning, [](MachineFacts& f) { f.files_max = 1'024; }),
      machine("machine.somaxconn", note, [](MachineFacts& f) { f.somaxconn = 128; }),
      machine("machine.overcommit", note, [](MachineFacts& f) { f.overcommit = 2; }),
      machine("machine.ping_group_range", note, [](MachineFacts& f) { f.may_ping = false; }),
      machine("machine.root", warning, [](MachineFacts& f) { f.runs_as_root = true; }),
      machine("clock.unsynchronised", warning, [](MachineFacts& f) { f.clock_synchronised = false; }),
      machine("clock.implausible", danger, [](MachineFacts& f) { f.clock_trouble = "The clock went back."; }),
      machine("clock.timezones", note, [](MachineFacts& f) { f.timezones = ""; }),
      machine("clock.timezones", note, [](MachineFacts& f) { f.timezones = "2024a"; }),
      machine("clock.timezones", note, [](MachineFacts& f) { f.timezones_are_ours = true; }),
      machine("version.age", note, [](MachineFacts& f) { f.built = kNow - std::chrono::days(200); }),
      machine("version.age", warning, [](MachineFacts& f) { f.built = kNow - std::chrono::days(500); }),
      stored("people.unclaimed", warning, [](StoredFacts& f) { f.is_claimed = false; }),
      stored("mail.unset", warning, [](StoredFacts& f) { f.mail_is_set_up = false; }),
      stored("mail.untested", warning, [](StoredFacts& f) { f.mail_was_taken = false; }),
      stored("mail.failing", danger, [](StoredFacts& f) { f.mail_trouble = "535 no."; }),
      stored("recipients.none", warning,
             [](StoredFacts& f) {
               f.workspaces_without_recipient = {1, {"Main"}};
             }),
      stored("recipients.unreachable", warning,
             [](StoredFacts& f) {
               f.unreachable = {{"Main", "Hook", "404"}};
             }),
      stored("recipients.untested", note,
             [](StoredFacts& f) {
               f.recipients_untested = {1, {"Hook"}};
             }),
      stored("people.open_registration", warning, [](StoredFacts& f) { f.limits[Limit::open_registration] = 1; }),
      stored("people.second_factor", warning,
             [](StoredFacts& f) {
               f.administrators_without_factor = {1, {"Ada"}};
             }),
      stored("people.single_administrator", note, [](StoredFacts& f) { f.administrators = 1; }),
      stored("people.stale", note,
             [](StoredFacts& f) {
               f.people_stale = {7, {"Ada", "Eve"}};
             }),
      stored("people.stale", warning,
             [](StoredFacts& f) {
               f.administrators_stale = {1, {"Ada"}};
             }),
      stored("people.api_keys_unused", note,
             [](StoredFacts& f) {
               f.api_keys_unused = {1, {"ci"}};
             }),
      stored("people.api_keys_old", note,
             [](StoredFacts& f) {
               f.api_keys_old = {1, {"ci"}};
             }),
      stored("people.trails", warning, [](StoredFacts& f) { f.limits[Limit::audit_days] = 30; }),
      stored("people.sessions", note, [](StoredFacts& f) { f.limits[Limit::session_absolute_hours] = 8'760; }),
      stored("database.recovery", warning, [](StoredFacts& f) { f.is_in_recovery = true; }),
      running("backups.state", danger,
              [](RunningFacts& f) {
                f.backups = {{AppliancePart::backup, State::down, "The last one failed."}};
              }),
      running("backups.state", warning,
              [](RunningFacts& f) {
                f.backups = {{AppliancePart::backup, State::degraded, "Never drilled."}};
              }),
      running("backups.schedule", warning, [](RunningFacts& f) { f.backups_by_schedule = false; }),
      running("database.trails", danger, [](RunningFacts& f) { f.trails = {"The anchor does not fit."}; }),
      running("database.unknown_words", warning, [](RunningFacts& f) { f.unknown_words = {"1 row of rule"}; }),
      running("database.outage", danger, [](RunningFacts& f) { f.outage = "Nothing can be stored."; }),
      running("certificate.served", warning, [](RunningFacts& f) { f.certificate = {"2 agents are cut off."}; }),
      running("machine.watched", warning, [](RunningFacts& f) { f.is_watched = false; }),
  };
}

std::vector<Finding> of(const std::vector<Finding>& all, const std::string& id) {
  std::vector<Finding> found;
  for (const Finding& each : all) {
    if (each.id == id) found.push_back(each);
  }
  return found;
}

}  // namespace

TEST_CASE("of an appliance that is in order every row of the check says so") {
  const std::vector<Finding> found = inspect(sound());
  CHECK(found.size() == inspection_rows().size());
  for (const Finding& each : found) {
    INFO(each.id, ": ", each.what);
    CHECK(each.severity == FindingSeverity::ok);
    CHECK(each.why.empty());
    CHECK(each.mend.empty());
  }
  CHECK(count(found).ok == static_cast<std::int64_t>(found.size()));
}

TEST_CASE("each row of the check finds what it is for, says why, and how to mend it") {
  for (const Fault& fault : faults()) {
    CAPTURE(fault.id);
    InspectionFacts facts = sound();
    fault.make(facts);
    const std::vector<Finding> found = of(inspect(facts), fault.id);
    REQUIRE(found.size() == 1);
    CHECK(found[0].severity == fault.severity);
    CHECK_FALSE(found[0].what.empty());
    CHECK_FALSE(found[0].why.empty());
    CHECK_FALSE(found[0].mend.empty());
  }
}

TEST_CASE("no row of the check is without a fault that shows it, and its name stands once") {
  std::set<std::string> tried, rows;
  for (const Fault& fault : faults()) tried.insert(fault.id);
  for (const InspectionRowName& row : inspection_rows()) CHECK(rows.insert(std::string(row.id)).second);
  CHECK(tried == rows);
}

TEST_CASE("what was not gathered is not judged") {
  InspectionFacts facts;
  facts.at = kNow;
  CHECK(inspect(facts).empty());
  facts.stored = sound_stored();
  for (const Finding& each : inspect(facts)) {
    INFO(each.id);
    CHECK(each.id.find("machine.") == std::string::npos);
    CHECK(each.id.find("address.") == std::string::npos);
  }
}

TEST_CASE("grave findings come first") {
  InspectionFacts facts = sound();
  facts.stored->mail_trouble = "535 no.";
  facts.stored->administrators = 1;
  facts.machine->runs_as_root = true;
  const std::vector<Finding> found = inspect(facts);
  CHECK(found[0].severity == FindingSeverity::danger);
  CHECK(found[1].severity == FindingSeverity::warning);
  CHECK(found[2].severity == FindingSeverity::note);
  CHECK(found.back().severity == FindingSeverity::ok);
}

TEST_CASE("a long list of people names the first and counts the rest") {
  InspectionFacts facts = sound();
  facts.stored->people_stale = {7, {"Ada", "Eve"}};
  const auto found = of(inspect(facts), "people.stale");
  REQUIRE(found.size() == 1);
  CHECK_MESSAGE(found[0].what.find("Ada, Eve and 5 more") != std::string::npos, found[0].what);
}

TEST_CASE("a certificate for a wildcard is one for its host, and a proxy in front has its own") {
  InspectionFacts facts = sound();
  facts.set_up->certificate->names = {"*.example.org"};
  CHECK(of(inspect(facts), "certificate.names")[0].severity == FindingSeverity::ok);
  facts.set_up->certificate->names = {"other.example.com"};
  facts.set_up->settings.trusted_proxies = {"192.0.2.10"};
  CHECK(of(inspect(facts), "certificate.names")[0].severity == FindingSeverity::ok);
}

TEST_CASE("findings come through JSON as they were, and those of another version are left out") {
  InspectionFacts facts = sound();
  facts.stored->mail_trouble = "535 \"no\"";
  const std::vector<Finding> found = inspect(facts);
  nlohmann::json written = inspection_view(found, kNow);
  CHECK(written["counts"]["danger"] == 1);
  written["findings"].push_back({{"id", "x"}, {"area", "moon"}, {"severity", "note"}});
  written["findings"].push_back("no object");
  const std::vector<Finding> read = read_findings(written["findings"]);
  REQUIRE(read.size() == found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(read[i].id == found[i].id);
    CHECK(read[i].what == found[i].what);
    CHECK(read[i].severity == found[i].severity);
  }
}

TEST_CASE("docs/production.md has every row of the check, and no other") {
  const std::string text = test::read_text(test::source_directory() / "docs/production.md");
  std::set<std::string> documented, rows;
  for (std::size_t at = text.find("\n| `"); at != std::string::npos; at = text.find("\n| `", at + 1))
    documented.insert(text.substr(at + 4, text.find('`', at + 4) - at - 4));
  for (const InspectionRowName& row : inspection_rows()) rows.insert(std::string(row.id));
  rows.insert("check.start");
  CHECK(documented == rows);
}
