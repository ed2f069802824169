#include "core/monitors/ping_lines.h"

#include <fmt/format.h>

#include "core/base/time_slots.h"

namespace connlog {
namespace {

// Five parts, and nothing that a crontab reads otherwise.
bool is_for_crontab(const std::string& schedule) {
  if (schedule.find_first_not_of("0123456789*,-/ ") != std::string::npos || !TimeSlots::parse(schedule)) return false;
  int words = 0;
  bool in_word = false;
  for (const char c : schedule) {
    if (c != ' ' && !in_word) ++words;
    in_word = c != ' ';
  }
  return words == 5;
}

}  // namespace

// `-k` switches off the look for a known authority alone: the pin is checked all the same, and the connection ends before
// anything is sent where it does not fit.
std::vector<PingLine> ping_lines(const PingLineFacts& facts) {
  const std::string& url = facts.ping_url;
  const bool pinned = !facts.server_pin.empty() && url.starts_with("https://");
  const std::string pin = pinned ? fmt::format(" -k --pinnedpubkey 'sha256//{}'", facts.server_pin) : std::string();
  const std::string curl = fmt::format("curl -fsS -m 10 --retry 5{} -o /dev/null", pin);
  const std::string wget = fmt::format(
      "wget -q -T 10 -t 5{} -O /dev/null {}",
      pinned ? fmt::format(" --no-check-certificate --pinnedpubkey='sha256//{}'", facts.server_pin) : std::string(),
      url);
  const std::string powershell =
      pinned ? fmt::format("curl.exe -fsS -m 10 --retry 5 -k --pinnedpubkey \"sha256//{}\" -o NUL {}", facts.server_pin,
                           url)
             : fmt::format("Invoke-RestMethod -TimeoutSec 10 -Uri {}", url);
  const std::string python =
      pinned
          ? fmt::format(
                "import subprocess\n"
                "subprocess.run([\"curl\", \"-fsS\", \"-m\", \"10\", \"--retry\", \"5\", \"-k\", \"--pinnedpubkey\",\n"
                "                \"sha256//{}\", \"-o\", \"/dev/null\",\n"
                "                \"{}\"], check=True)",
                facts.server_pin, url)
          : fmt::format("import urllib.request\nurllib.request.urlopen(\"{}\", timeout=10)", url);
  const std::string when = is_for_crontab(facts.schedule) ? facts.schedule : std::string("30 2 * * *");
  return {
      {"curl", fmt::format("{} {}", curl, url)},
      {"wget", wget},
      {"PowerShell", powershell},
      {"Python", python},
      {"crontab", fmt::format("{} /usr/local/bin/job; {} {}/$?", when, curl, url)},
      {"systemd",
       fmt::format("[Service]\nExecStartPre=-{}{} {}/start\n"
                   "ExecStopPost=/bin/sh -c '[ \"$$SERVICE_RESULT\" = success ]; {}{} {}/$$?'",
                   "/usr/bin/", curl, url, "/usr/bin/",
                   pinned ? fmt::format("curl -fsS -m 10 --retry 5 -k --pinnedpubkey \"sha256//{}\" -o /dev/null",
                                        facts.server_pin)
                          : curl,
                   url)},
  };
}

}  // namespace connlog
