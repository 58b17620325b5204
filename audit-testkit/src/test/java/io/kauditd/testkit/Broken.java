// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A contract with a plug-in that breaks one rule on purpose: the test that fails for it, and words
 * that the message must hold beside the rule itself.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Broken {
  /** The rule that it breaks. */
  Rule rule();

  /** Other rules that it does not follow, and would have to declare, too. */
  Rule[] deviations() default {};

  /** The test that fails. */
  String test();

  /** What the message says. */
  String[] says();
}
