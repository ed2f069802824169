#include "core/net/mail_pool.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace connlog {
namespace {

constexpr int kMovesMost = 4;  // of a mail, from connections that are full
constexpr int kLinesPerServer = 2;
constexpr int kMailsPerLine = 50;
constexpr seconds kIdle{5};  // a connection without a mail is closed then
constexpr std::chrono::minutes kOneLine{30};

}  // namespace

MailPool::MailPool(const OutboundOptions& outbound, Transfers& transfers, Clock& clock, const SmtpLimits& limits)
    : outbound_(outbound), transfers_(transfers), clock_(clock), limits_(limits) {}

MailPool::~MailPool() {
  for (const Line& line : lines_) transfers_.remove(*line.session);
}

void MailPool::send(MailServer server, MailMessage message, Done done) {
  if (const auto fit = mail_header_lines(message); !fit)
    return done({SmtpOutcome::Kind::refused_for_good, false, fit.error().message});
  waiting_.push_back({std::move(server), std::move(message), std::move(done)});
  assign();
}

void MailPool::turn() {
  for (auto line = lines_.begin(); line != lines_.end();) {
    if (auto outcome = line->session->take_outcome()) settle(*line, *std::move(outcome));
    line = line->session->is_over() ? lines_.erase(line) : std::next(line);
  }
  assign();
  end_idle();
}

void MailPool::settle(Line& line, SmtpOutcome outcome) {
  line.idle_since = clock_.monotonic();
  Job job = *std::exchange(line.job, std::nullopt);
  // Where another one is well, or may still be, the server takes no second connection. Else the other will tell.
  const bool takes_one_alone = outcome.whole_server && another_stands(line);
  if (takes_one_alone) one_line_until_ = clock_.monotonic() + kOneLine;
  // A connection that has carried mails may be full while a new one is not; the other one may be full, too.
  const int moves_most = outcome.worth_a_new_connection ? kMovesMost : 1;
  if ((outcome.worth_a_new_connection || takes_one_alone) && job.moves < moves_most) {
    line.session->quit();
    ++job.moves;
    waiting_.push_front(std::move(job));
    return;
  }
  if (outcome.whole_server) {
    line.session->quit();
    end_waiting(job.server, outcome);
  }
  job.done(std::move(outcome));
}

bool MailPool::another_stands(const Line& line) const {
  return std::ranges::any_of(lines_, [&](const Line& other) {
    return &other != &line && !other.session->is_leaving() &&
           other.session->server().is_same_as(line.session->server());
  });
}

void MailPool::end_waiting(const MailServer& server, const SmtpOutcome& outcome) {
  std::vector<Job> ended;
  for (auto job = waiting_.begin(); job != waiting_.end();) {
    if (!job->server.is_same_as(server)) {
      ++job;
      continue;
    }
    ended.push_back(std::move(*job));
    job = waiting_.erase(job);
  }
  for (const Job& job : ended) job.done(outcome);
}

void MailPool::assign() {
  for (auto job = waiting_.begin(); job != waiting_.end();) job = assign(*job) ? waiting_.erase(job) : std::next(job);
}

// Takes what is in `job` when there is a connection for it, or room for one.
bool MailPool::assign(Job& job) {
  int lines = 0;
  for (Line& line : lines_) {
    if (!line.session->server().is_same_as(job.server)) continue;
    ++lines;  // one that is leaving still counts at the server
    if (line.session->is_leaving() || line.job || line.session->is_busy()) continue;
    if (line.session->mails_carried() >= kMailsPerLine) continue;
    give(line, std::move(job));
    return true;
  }
  if (lines >= (clock_.monotonic() < one_line_until_ ? 1 : kLinesPerServer)) return false;
  const TlsTrust trust = job.server.ca_pem.empty() ? TlsTrust{} : TlsTrust{TlsTrust::Kind::ca_pem, job.server.ca_pem};
  auto anchors = TrustAnchors::open(trust, outbound_.ca_bundle);
  if (!anchors) {
    job.done({SmtpOutcome::Kind::about_us, false, anchors.error().message, true});
    return true;
  }
  Line& line = lines_.emplace_back();
  line.session = std::make_unique<SmtpSession>(outbound_, *std::move(anchors), job.server.clone(), clock_, limits_);
  give(line, std::move(job));
  transfers_.add(*line.session, nullptr);
  return true;
}

void MailPool::give(Line& line, Job job) {
  line.job = std::move(job);
  line.session->deliver(line.job->message);
}

void MailPool::end_idle() {
  for (Line& line : lines_) {
    if (line.job || line.session->is_busy()) continue;
    const bool full = line.session->mails_carried() >= kMailsPerLine;
    if (full || clock_.monotonic() - line.idle_since >= kIdle) line.session->quit();
  }
}

}  // namespace connlog
