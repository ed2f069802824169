// The published examples: AWS's test suite of Signature Version 4 (its requests that S3 has, too: no path is tidied), and
// the examples of the S3 documentation.
#include "core/net/sigv4.h"

#include <doctest/doctest.h>

#include "tests/support/fake_clock.h"

namespace connlog {
namespace {

using sigv4::Signable;

Instant at(const std::string& iso) {
  Instant out;
  REQUIRE(parse_iso8601(iso, out));
  return out;
}

struct Suite {
  Secret secret{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
  Instant when = at("2015-08-30T12:36:00Z");
  sigv4::Identity who{.access_key = "AKIDEXAMPLE", .secret_key = secret, .region = "us-east-1", .service = "service"};

  Signable request(const std::string& method, const std::string& path,
                   std::vector<std::pair<std::string, std::string>> query = {}) const {
    return {method,
            path,
            std::move(query),
            {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", "20150830T123600Z"}},
            sigv4::sha256_hex("")};
  }
  std::string signature(const Signable& request) const {
    const std::string header = sigv4::authorization(request, who, when);
    return header.substr(header.rfind('=') + 1);
  }
};

struct Documentation {
  Secret secret{"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
  Instant when = at("2013-05-24T00:00:00Z");
  sigv4::Identity who{.access_key = "AKIAIOSFODNN7EXAMPLE", .secret_key = secret, .region = "us-east-1"};

  std::string signature(const std::string& method, const std::string& path,
                        std::vector<std::pair<std::string, std::string>> query, std::vector<HttpHeader> headers,
                        const std::string& payload) const {
    headers.push_back({"host", "examplebucket.s3.amazonaws.com"});
    headers.push_back({"x-amz-content-sha256", sigv4::sha256_hex(payload)});
    headers.push_back({"x-amz-date", sigv4::date_of(when)});
    const std::string header = sigv4::authorization(
        {method, path, std::move(query), std::move(headers), sigv4::sha256_hex(payload)}, who, when);
    return header.substr(header.rfind('=') + 1);
  }
};

}  // namespace

TEST_CASE("each step of a signature is as in AWS's test suite") {
  const Suite suite;
  const Signable vanilla = suite.request("GET", "/");
  CHECK(sigv4::canonical_request(vanilla) ==
        "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sigv4::string_to_sign(vanilla, suite.who, suite.when) ==
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n"
        "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63");
  CHECK(sigv4::authorization(vanilla, suite.who, suite.when) ==
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=host;x-amz-date, "
        "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST_CASE("signatures are those of AWS's test suite: queries, paths, headers and bodies") {
  const Suite suite;
  CHECK(suite.signature(suite.request("GET", "/", {{"Param2", "value2"}, {"Param1", "value1"}})) ==
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  CHECK(suite.signature(suite.request("GET", "/", {{"Param1", "value2"}, {"Param1", "value1"}})) ==
        "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694");
  CHECK(suite.signature(
            suite.request("GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")) ==
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f");
  CHECK(suite.signature(suite.request("GET", "/\xe1\x88\xb4")) ==
        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
  CHECK(suite.signature(suite.request("GET", "/", {{"\xe1\x88\xb4", "bar"}})) ==
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04");
  Signable trimmed = suite.request("GET", "/");
  trimmed.headers.push_back({"My-Header1", " value1"});
  trimmed.headers.push_back({"My-Header2", " \"a   b   c\""});
  CHECK(suite.signature(trimmed) == "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
  Signable form = suite.request("POST", "/");
  form.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  form.payload_sha256 = sigv4::sha256_hex("Param1=value1");
  CHECK(suite.signature(form) == "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
}

TEST_CASE("signatures are those of the S3 documentation") {
  const Documentation doc;
  CHECK(doc.signature("GET", "/test.txt", {}, {{"Range", "bytes=0-9"}}, "") ==
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  CHECK(doc.signature("PUT", "/test$file.text", {},
                      {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                      "Welcome to Amazon S3.") == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  CHECK(doc.signature("GET", "/", {{"lifecycle", ""}}, {}, "") ==
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  CHECK(doc.signature("GET", "/", {{"max-keys", "2"}, {"prefix", "J"}}, {}, "") ==
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("the secret key is in no part of what is sent") {
  const Suite suite;
  CHECK(sigv4::authorization(suite.request("GET", "/"), suite.who, suite.when).find("wJalrX") == std::string::npos);
}

}  // namespace connlog
