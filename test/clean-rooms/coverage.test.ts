import { completeStack } from './complete';
import { testThatEachPropertyCanBeSet } from '../coverage';

testThatEachPropertyCanBeSet('CleanRooms', ['Collaboration', 'Membership', 'IdNamespaceAssociation', 'IdMappingTable'], completeStack());
