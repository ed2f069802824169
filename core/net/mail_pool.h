// The connections to mail servers and the mails that wait for one. Few connections to a server at a time, several mails
// over each with one login, closed when nothing follows. A server that has enough of a connection, or takes one alone,
// gets the mail again over another.
//
// Belongs to the thread of its Transfers. Nothing waits: call turn() after each poll of them.
#pragma once

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include "core/net/smtp.h"

namespace connlog {

class MailPool {
 public:
  using Done = std::function<void(SmtpOutcome)>;

  MailPool(const OutboundOptions& outbound, Transfers& transfers, Clock& clock, const SmtpLimits& limits = {});
  ~MailPool();  // drops everything without calling `done`
  MailPool(const MailPool&) = delete;
  MailPool& operator=(const MailPool&) = delete;

  // `done` is called once: from turn(), or from send() itself when the mail cannot be sent at all.
  void send(MailServer server, MailMessage message, Done done);
  void turn();
  std::size_t connections() const { return lines_.size(); }

 private:
  struct Job {
    MailServer server;
    MailMessage message;
    Done done;
    int moves = 0;  // from one connection to another
  };
  struct Line {
    std::unique_ptr<SmtpSession> session;
    std::optional<Job> job;
    Monotonic idle_since;
  };

  void settle(Line& line, SmtpOutcome outcome);
  bool another_stands(const Line& line) const;
  void end_waiting(const MailServer& server, const SmtpOutcome& outcome);
  void assign();
  bool assign(Job& job);
  void give(Line& line, Job job);
  void end_idle();

  const OutboundOptions& outbound_;
  Transfers& transfers_;
  Clock& clock_;
  const SmtpLimits limits_;
  std::list<Line> lines_;
  std::deque<Job> waiting_;
  Monotonic one_line_until_;  // a server takes a single connection
};

}  // namespace connlog
