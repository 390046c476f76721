/**
 * How products differ that all launch tools: a page of facts each (lti.md §4).
 *
 * Only what a tool can see. Nothing here imitates a product's looks. Members are named by what a tool must be able to bear.
 */

import type { JsonObject } from '../../src/model.ts';
import type { CourseRole } from './course.ts';

export interface Subject {
  readonly number: number;
  /** Origin and prefix of the campus. */
  readonly base: string;
  readonly course: string | null;
}

export interface Product {
  /** The name on its pages. */
  readonly name: string;
  /** `product_family_code` */
  readonly family: string;
  /** Some are one string for every customer of the product, and say nothing of where the campus is. */
  readonly issuer: (base: string) => string;
  readonly initiation: {
    readonly method: 'GET' | 'POST';
    readonly namesClient: boolean;
    readonly namesDeployment: boolean;
    readonly extras: { readonly [name: string]: string };
  };
  /** `lti_storage_target`: `_parent`, or the name of a frame beside the tool's. Null: no storage is offered. */
  readonly storageTarget: string | null;
  /** Whether `prompt` may be left out of the authentication request. */
  readonly promptMayBeAbsent: boolean;
  /** Whether a launch is gone once it was answered, so that a reload fails. */
  readonly spendsLaunches: boolean;
  /** Of the campus' own cookie. With `Lax` an authentication request that is posted finds nobody signed in. */
  readonly sameSite: 'None' | 'Lax';
  readonly idToken: {
    /** Seconds. */
    readonly lifetime: number;
    /** Whether `iat` is when the launch began, a little before the tool's own attempt. */
    readonly isDatedByInitiation: boolean;
    readonly azp: boolean;
    readonly nbf: boolean;
    /** The key set leaves `alg` away. */
    readonly keyHasAlgorithm: boolean;
    readonly subject: (subject: Subject) => string;
    /** Of 1.1, beside the subject, under this top-level name. */
    readonly legacyUserId: boolean;
    readonly roles: (role: CourseRole) => readonly string[];
    /** What it sends of names: Sakai knows only whole ones. */
    readonly nameParts: boolean;
    readonly contextType: string;
    readonly extras: JsonObject;
    /** Custom values arrive as numbers where they look like some. */
    readonly customNumbers: boolean;
  };
  readonly services: {
    readonly tokenType: 'Bearer' | 'bearer';
    /** `aud` of an assertion; null: the address of the token endpoint. */
    readonly tokenAudience: ((base: string) => string) | null;
    readonly membersPerPage: number;
    /** Goes with the address of every line item. */
    readonly lineItemQuery: string;
    /** Whether the claim names only the scope of line items. */
    readonly claimsOnlyLineItemScope: boolean;
    /** The answer to a score for somebody who gets none. */
    readonly notGradable: 422 | 404;
  };
  readonly deepLinking: {
    readonly acceptTypes: readonly string[];
    readonly sendsData: boolean;
    readonly multiple: boolean | string;
  };
  readonly v11: {
    readonly userId: (subject: Subject) => string;
    readonly roles: (role: CourseRole) => string;
    readonly sendsGuid: boolean;
    readonly sendsCallback: boolean;
    /** The sourced id is the user name. */
    readonly sourcedIdIsUsername: boolean;
    readonly returnUrlIsEmpty: boolean;
    readonly outcomes: readonly ('replaceResult' | 'readResult' | 'deleteResult')[];
  };
}

export type ProductName = 'plain' | 'canvas' | 'moodle' | 'blackboard' | 'd2l' | 'sakai' | 'schoology' | 'open-edx';
