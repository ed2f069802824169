// The lines with which a job pings, as the interface shows them for each client. They work as they are shown: while the
// certificate is connlog's own, they carry its pin, and a client that cannot pin is shown in a way that can. Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace connlog {

struct PingLineFacts {
  std::string ping_url;  // https://monitor.example.org:8443/ping/<uuid>
  std::string
      server_pin;        // base64 of the SHA-256 of the server's public key; empty: clients know its authority, or http
  std::string schedule;  // of the check, for the crontab; empty or no cron expression: "30 2 * * *"
};

struct PingLine {
  std::string_view client;  // "curl", "wget", "PowerShell", "Python", "crontab", "systemd"
  std::string text;         // one line, or several
};

std::vector<PingLine> ping_lines(const PingLineFacts& facts);

}  // namespace connlog
