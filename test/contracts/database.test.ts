/**
 * Runs the contract of every database over all of them.
 */
import { databaseContract } from './database.ts';

databaseContract();
