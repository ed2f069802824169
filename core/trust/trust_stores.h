// The stores behind leaks, agreements and the keys' rotation, as storage/ hands them out.
#pragma once

namespace connlog {

class LeakStore;
class AcceptanceStore;
class SealedTexts;

struct TrustStores {
  LeakStore& leaks;
  AcceptanceStore& acceptances;
  SealedTexts& sealed_texts;
};

}  // namespace connlog
