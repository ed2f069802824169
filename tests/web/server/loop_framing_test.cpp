// Where a request ends, decided on bytes alone: what is accepted, what is refused and with which status, and that the
// answer does not depend on how the bytes were cut into pieces.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/seeded_random.h"
#include "web/server/framing.h"

using namespace connlog;
using namespace connlog::web;

namespace {

struct Outcome {
  std::vector<std::string> requests;  // their re-framed bytes
  int refused = 0;                    // status
  bool unfinished = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Feeds `bytes` in pieces that end at the given positions (ascending).
Outcome run(std::string_view bytes, const std::vector<std::size_t>& cuts, const FramingLimits& limits = {}) {
  Outcome out;
  RequestFramer framer(limits);
  std::size_t from = 0;
  std::vector<std::size_t> ends = cuts;
  ends.push_back(bytes.size());
  for (const std::size_t end : ends) {
    std::string_view piece = bytes.substr(from, end - from);
    from = end;
    while (!piece.empty()) {
      piece.remove_prefix(framer.feed(piece));
      if (framer.state() == RequestFramer::State::complete) out.requests.push_back(framer.take().bytes);
      if (framer.state() == RequestFramer::State::refused) {
        out.refused = framer.refusal().status;
        return out;
      }
    }
  }
  out.unfinished = framer.has_begun();
  return out;
}

int status_of(std::string_view bytes, const FramingLimits& limits = {}) {
  return run(bytes, {}, limits).refused;
}

std::string post(std::string_view fields, std::string_view body) {
  return "POST /x HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(body);
}
std::string chunked(std::string_view body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}

// Requests of every shape that is accepted, pipelined.
const std::string kMedley = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n" + post("Content-Length: 5\r\n", "hello") +
                            chunked("5\r\nhello\r\n6;a=\"b;\\\"c\";d\r\n world\r\n0\r\nExpires: never\r\n\r\n") +
                            "HEAD /y HTTP/1.0\r\n\r\n" + "\r\n" +
                            post("Expect: 100-continue\r\nContent-Length: 2\r\n", "\r\n") +
                            "OPTIONS * HTTP/1.1\r\nhost:\t a \t\r\nX: \xc3\xa9\r\n\r\n";

}  // namespace

TEST_CASE("a request passes with its bytes unchanged, and what follows belongs to the next") {
  const Outcome out = run("GET /a?b HTTP/1.1\r\nHost: a\r\n\r\nGET /c HTTP/1.1\r\nHost: a\r\n\r\nGET /unfini", {});
  REQUIRE(out.requests.size() == 2);
  CHECK(out.requests[0] == "GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(out.requests[1] == "GET /c HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(out.unfinished);
}

TEST_CASE("a chunked body is re-framed with Content-Length; trailers, Expect and chunk extensions are gone") {
  const Outcome out = run(chunked("5\r\nhello\r\n006 ; x = y\r\n world\r\n0\r\nX-Trailer: yes\r\n\r\n"), {});
  REQUIRE(out.requests.size() == 1);
  CHECK(out.requests[0] == "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world");
  CHECK(run(chunked("0\r\n\r\n"), {}).requests.at(0) == "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  CHECK(run(post("Expect: 100-Continue\r\nContent-Length: 1\r\n", "x"), {}).requests.at(0) ==
        "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
}

TEST_CASE("a body that looks like a request stays a body") {
  const std::string inner = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";
  const Outcome out = run(post("Content-Length: " + std::to_string(inner.size()) + "\r\n", inner), {});
  REQUIRE(out.requests.size() == 1);
  CHECK(out.requests[0].ends_with("\r\n\r\n" + inner));
}

TEST_CASE("whatever could be read in two ways is refused with 400") {
  const std::vector<std::string> bad = {
      post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
      post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
      post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
      post("Content-Length: 5, 5\r\n", "hello"),
      post("Content-Length: +5\r\n", "hello"),
      post("Content-Length: -5\r\n", "hello"),
      post("Content-Length: 0x5\r\n", "hello"),
      post("Content-Length: 5 5\r\n", "hello"),
      post("Content-Length:\r\n", ""),
      post("Content-Length : 5\r\n", "hello"),
      post("Content-Length\t: 5\r\n", "hello"),
      post("Content-Length\r\n", "hello"),
      post(" Content-Length: 5\r\n", "hello"),
      post("X: a\r\n b\r\n", ""),
      post("X: a\r\n\tb\r\n", ""),
      post(": empty\r\n", ""),
      post("X y: z\r\n", ""),
      post("X: a\rb\r\n", ""),
      post("X: a\x01\r\n", ""),
      post("X: a\x7f\r\n", ""),
      post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding:\r\n", "0\r\n\r\n"),
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET / HTTP/1.1\nHost: a\n\n",
      "GET / HTTP/1.1\r\nHost: a\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
      " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n",
      "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\r\n\r\n",
      "GET / HTTP/1.1x\r\nHost: a\r\n\r\n",
      "GET / http/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/11\r\nHost: a\r\n\r\n",
      "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\n",
      std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 29),
      std::string("GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", 33),
      std::string("\x16\x03\x01\x02\x00\x01", 6),
      chunked("g\r\n"),
      chunked("\r\n"),
      chunked("-1\r\n"),
      chunked("+1\r\na\r\n0\r\n\r\n"),
      chunked("0x1\r\na\r\n0\r\n\r\n"),
      chunked(" 1\r\na\r\n0\r\n\r\n"),
      chunked("1 \r\na\r\n0\r\n\r\n"),
      chunked("1\na\r\n0\r\n\r\n"),
      chunked("1\r\nab\r\n0\r\n\r\n"),
      chunked("2\r\na\r\n0\r\n\r\n"),
      chunked("1\r\na\n0\r\n\r\n"),
      chunked("1\r\na0\r\n\r\n"),
      chunked("10000000000000001\r\na\r\n0\r\n\r\n"),
      chunked("1;\r\na\r\n0\r\n\r\n"),
      chunked("1;=x\r\na\r\n0\r\n\r\n"),
      chunked("1;a=\"x\r\na\r\n0\r\n\r\n"),
      chunked("1;a=b\rc\r\na\r\n0\r\n\r\n"),
      chunked("1;a\x01\r\na\r\n0\r\n\r\n"),
      chunked("1;a=" + std::string(300, 'x') + "\r\na\r\n0\r\n\r\n"),
      chunked("0\r\nbad trailer\r\n\r\n"),
      chunked("0\r\nX: y\n\r\n"),
      chunked("0\r\n folded\r\n\r\n"),
  };
  for (const std::string& bytes : bad) {
    CAPTURE(bytes);
    const Outcome out = run(bytes, {});
    CHECK(out.refused == 400);
    CHECK(out.requests.empty());
  }
}

TEST_CASE("each other refusal has its own status") {
  CHECK(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == 505);
  CHECK(status_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 505);
  CHECK(status_of("GET / HTTP/0.9\r\nHost: a\r\n\r\n") == 505);
  CHECK(status_of(post("Transfer-Encoding: gzip, chunked\r\n", "")) == 501);
  CHECK(status_of(post("Transfer-Encoding: identity\r\n", "")) == 501);
  CHECK(status_of(post("Transfer-Encoding: xchunked\r\n", "")) == 501);
  CHECK(status_of(post("Expect: a-miracle\r\n", "")) == 417);
  CHECK(status_of(post("Content-Length: 1048577\r\n", "")) == 413);
  CHECK(status_of(post("Content-Length: 99999999999999999999\r\n", "")) == 413);
  CHECK(status_of(post("Content-Length: 4294967301\r\n", "12345")) == 413);  // five more than 32 bits hold
  CHECK(status_of(chunked("100001\r\n")) == 413);
  CHECK(status_of(chunked("100000005\r\n12345\r\n0\r\n\r\n")) == 413);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(17'000, 'x')) == 431);
  CHECK(status_of(std::string(17'000, 'x')) == 431);
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 100; ++i) many += "X: y\r\n";
  CHECK(status_of(many + "\r\n") == 431);
}

TEST_CASE("limits are exact: the last byte that fits passes, one more does not") {
  FramingLimits limits;
  limits.max_head_bytes = 64;
  limits.max_body_bytes = 10;
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const auto padded = [&](std::size_t total) { return head + std::string(total - head.size() - 4, 'x') + "\r\n\r\n"; };
  CHECK(run(padded(64), {}, limits).requests.size() == 1);
  CHECK(status_of(padded(65), limits) == 431);
  CHECK(run(post("Content-Length: 10\r\n", "0123456789"), {}, limits).requests.size() == 1);
  CHECK(status_of(post("Content-Length: 11\r\n", ""), limits) == 413);
  CHECK(run(chunked("5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"), {}, {128, 10}).requests.size() == 1);
  CHECK(status_of(chunked("5\r\n01234\r\n6\r\n"), {128, 10}) == 413);
}

TEST_CASE("a head that is too long and holds a NUL behind its limit is too long, in one piece or in many") {
  const FramingLimits limits{64, 10, 16};
  const std::string bytes = "GET /" + std::string(59, 'x') + std::string("y\0z", 3);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) CHECK(run(bytes, {cut}, limits).refused == 431);
}

TEST_CASE("trailers and chunk lines without end are refused, not stored") {
  std::string trailers = "0\r\n";
  for (int i = 0; i < 100'000; ++i) trailers += "X: y\r\n";
  CHECK(status_of(chunked(trailers)) == 431);
  std::string extensions;
  for (int i = 0; i < 100'000; ++i) extensions += "1;a=" + std::string(200, 'b') + "\r\nx\r\n";
  CHECK(status_of(chunked(extensions)) == 431);
}

TEST_CASE("persistence follows version and Connection") {
  const auto keeps = [](std::string_view bytes) {
    const FramingLimits limits;
    RequestFramer framer(limits);
    framer.feed(bytes);
    REQUIRE(framer.state() == RequestFramer::State::complete);
    return framer.take().keep_alive;
  };
  CHECK(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  CHECK(keeps("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
  CHECK(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade , CLOSE\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n"));
}

TEST_CASE("100 Continue is asked for once, and only while the body is still to come") {
  const FramingLimits limits;
  RequestFramer waiting(limits);
  waiting.feed(post("Expect: 100-continue\r\nContent-Length: 5\r\n", ""));
  CHECK(waiting.take_continue());
  CHECK_FALSE(waiting.take_continue());
  RequestFramer impatient(limits);
  impatient.feed(post("Expect: 100-continue\r\nContent-Length: 5\r\n", "hello"));
  CHECK_FALSE(impatient.take_continue());
  RequestFramer old(limits);
  old.feed("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  CHECK_FALSE(old.take_continue());
}

TEST_CASE("the answer is the same wherever the bytes are cut in two") {
  const Outcome whole = run(kMedley, {});
  REQUIRE(whole.requests.size() == 6);
  REQUIRE(whole.refused == 0);
  CHECK_FALSE(whole.unfinished);
  for (std::size_t cut = 0; cut <= kMedley.size(); ++cut) {
    CAPTURE(cut);
    CHECK(run(kMedley, {cut}) == whole);
  }
  std::vector<std::size_t> every(kMedley.size());
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = i;
  CHECK(run(kMedley, every) == whole);
}

TEST_CASE("mutated requests are answered alike whatever the pieces, within the limits") {
  SeededRandom random(20'261'124);
  const FramingLimits limits{512, 64, 16};
  int refused = 0, passed = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = kMedley;
    for (std::uint64_t changes = 1 + random.below(4); changes > 0; --changes) {
      const auto at = static_cast<std::size_t>(random.below(bytes.size()));
      static constexpr std::string_view kAlphabet("\r\n\0 \t:;,=\"0159aAfF-+xH\x80\x7f", 25);
      const char c = kAlphabet[static_cast<std::size_t>(random.below(kAlphabet.size()))];
      switch (random.below(3)) {
        case 0:
          bytes[at] = c;
          break;
        case 1:
          bytes.insert(at, 1, c);
          break;
        default:
          bytes.erase(at, 1 + static_cast<std::size_t>(random.below(3)));
      }
    }
    std::vector<std::size_t> cuts;
    for (std::size_t at = 0; at < bytes.size(); at += 1 + static_cast<std::size_t>(random.below(12)))
      cuts.push_back(at);
    const Outcome whole = run(bytes, {}, limits);
    const Outcome pieces = run(bytes, cuts, limits);
    CAPTURE(round);
    CAPTURE(bytes);
    REQUIRE(whole == pieces);
    for (const std::string& request : whole.requests) {
      // What leaves is in no doubt: one length at most, no coding, a head without a bare line end.
      const std::string head = request.substr(0, request.find("\r\n\r\n") + 4);
      REQUIRE(head.find('\0') == std::string::npos);
      for (std::size_t i = 0; i < head.size(); ++i) {
        if (head[i] == '\n') REQUIRE(head[i - 1] == '\r');
        if (head[i] == '\r') REQUIRE(head[i + 1] == '\n');
      }
      RequestFramer again(limits);
      REQUIRE(again.feed(request) == request.size());
      REQUIRE(again.state() == RequestFramer::State::complete);
      REQUIRE(again.take().bytes == request);
    }
    (whole.refused != 0 ? refused : passed)++;
  }
  CHECK(refused > 1'000);  // the mutations reach both ends
  CHECK(passed > 1'000);
}
