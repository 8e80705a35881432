// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.creditcard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.lastfive.producers.channel.RefusedPayment;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CardNumberTest {
  private static final String NUMBER = "4111111111111111";

  @ParameterizedTest
  @CsvSource({
    "4111111111111111, 411111******1111, VISA",
    "4111 1111 1111 1111, 411111******1111, VISA",
    "5555-5555-5555-4444, 555555******4444, MASTERCARD",
    "2223003122003222, 222300******3222, MASTERCARD",
    "378282246310005, 378282*****0005, AMEX",
    "3530111333300000, 353011******0000, JCB",
    "30569309025904, 305693****5904, DINERS",
    "6011111111111117, 601111******1117, DISCOVER",
    "6200000000000005, 620000******0005, UNIONPAY",
    "6304000000000000000, 630400*********0000, MAESTRO",
    "9999999999999995, 999999******9995, OTHER"
  })
  void showsOnlyFirstSixAndLastFourDigits(String number, String masked, String scheme) {
    CardNumber cardNumber = CardNumber.of(number);

    assertThat(cardNumber.masked()).isEqualTo(masked);
    assertThat(cardNumber).hasToString(masked);
    assertThat(cardNumber.scheme()).isEqualTo(scheme);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4111111111111112 | card_number fails the Luhn check: a digit is wrong, missing or swapped",
        "41111111111 | card_number has 11 digits; a card number has 12 to 19",
        "'' | card_number has 0 digits; a card number has 12 to 19",
        "41111111111111111111 | card_number has more than 19 digits; a card number has 12 to 19",
        "4111a11111111111 | card_number has a character at position 5 that is no digit, space or dash",
        "411111******1111 | card_number is masked already and gives no token; send the full number, or card_number_masked (first 6 and last 4 digits, '*' between) with the card_token it had",
        "4111xxxxxxxx1111 | card_number is masked already and gives no token; send the full number, or card_number_masked (first 6 and last 4 digits, '*' between) with the card_token it had"
      })
  void refusesWhatIsNoCardNumberWithoutSayingIt(String text, String message) {
    assertThatThrownBy(() -> CardNumber.of(text))
        .isInstanceOf(RefusedPayment.class)
        .hasMessage(message);
  }

  @Test
  void cannotBeSerializedNorReadFromOutside() {
    assertThat(Serializable.class.isAssignableFrom(CardNumber.class)).isFalse();
    assertThat(CardNumber.class.getFields()).isEmpty();
    assertThat(
            Arrays.stream(CardNumber.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName))
        .containsExactlyInAnyOrder("of", "masked", "scheme", "toString");
  }

  @Test
  void refusesJavaSerializationWhereverItHides() {
    ArrayList<Object> holder = new ArrayList<>(List.of(CardNumber.of(NUMBER)));

    assertThatThrownBy(
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(holder))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage("io.lastfive.producers.channel.creditcard.CardNumber");
  }

  @Test
  void refusesJacksonWhateverItsSettings() {
    CardPayment payment =
        CardPayment.builder()
            .customerId("C-1")
            .cardNumber(CardNumber.of(NUMBER))
            .amount("1", "EUR")
            .build();
    JsonMapper lenient =
        JsonMapper.builder()
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.ANY)
            .findAndAddModules()
            .build();

    for (Object value : List.of(CardNumber.of(NUMBER), payment)) {
      for (JsonMapper mapper : List.of(new JsonMapper(), lenient)) {
        assertThatThrownBy(() -> mapper.writeValueAsString(value))
            .isInstanceOf(JsonMappingException.class)
            .hasMessageNotContaining(NUMBER);
      }
    }
    assertThatThrownBy(() -> lenient.writeValueAsString(CardNumber.of(NUMBER)))
        .hasMessageContaining(
            "A card number is never written as JSON. Write its masked() form or its token.");
  }

  @Test
  void isMaskedInWhateverPrintsAPayment() {
    CardPayment payment =
        CardPayment.builder()
            .customerId("C-1")
            .cardNumber(CardNumber.of(NUMBER))
            .amount("1", "EUR")
            .build();

    assertThat(payment.toString()).contains("cardNumber=411111******1111").doesNotContain(NUMBER);
  }

  @Test
  void hasNoPlaceForWhatMustNotBeStored() {
    assertThat(
            Arrays.stream(CardPayment.class.getRecordComponents())
                .map(component -> component.getName().toLowerCase(Locale.ROOT)))
        .noneMatch(name -> name.matches(".*(cvv|cvc|csc|track|expir|pin).*"));
  }
}
